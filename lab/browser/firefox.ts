import { type Browser as PuppeteerBrowser, launch } from 'puppeteer-core'
import { browserPrograms } from '../../scripts/browsers.mjs'
import type { Browser, LaunchOptions, Page } from './browser.ts'
import { adopt } from './child.ts'
import { untilCommit } from './commit.ts'
import { jsonExpression, jsonValue } from './json-expression.ts'

async function openPage(browser: PuppeteerBrowser): Promise<Page> {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  const evaluate = async <T>(expression: string) =>
    jsonValue<T>((await page.evaluate(jsonExpression(expression))) as string)
  return {
    evaluate,
    async goto(url, { until }) {
      if (until === 'commit') return untilCommit(evaluate, () => page.goto(url))
      await page.goto(url, { waitUntil: 'load' })
    },
    close: () => context.close(),
  }
}

/**
 * Starts Firefox by WebDriver BiDi through Puppeteer: Playwright 1.65 launches Firefox ESR 153 but fails at `newPage`
 * (unknown command `emulation.setMediaFeaturesOverride`).
 */
export async function launchFirefox(options: LaunchOptions = {}): Promise<Browser> {
  const browser = await launch({
    browser: 'firefox',
    executablePath: browserPrograms('firefox').browser,
    headless: true,
    acceptInsecureCerts: options.ignoreCertificateErrors !== undefined,
    env: { ...process.env, MOZ_CRASHREPORTER_DISABLE: '1' },
    // Puppeteer ends Firefox asynchronously on a signal; a test runner that ends at once left it behind on SIGTERM.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
  const leader = browser.process()
  const child = leader && adopt(leader)
  return {
    name: 'firefox',
    open: () => openPage(browser),
    async close() {
      await browser.close()
      await child?.end()
    },
  }
}
