import { launch } from 'puppeteer-core'
import { browserPrograms } from '../../scripts/browsers.mjs'
import type { Browser, LaunchOptions } from './browser.ts'
import { adopt } from './child.ts'
import { openPage } from './puppeteer-page.ts'

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
    extraPrefsFirefox: {
      // 2: none, and no storage either (about:config).
      ...(options.areCookiesForbidden && { 'network.cookie.cookieBehavior': 2 }),
      ...(options.isPrivate && { 'browser.privatebrowsing.autostart': true }),
    },
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
    async open() {
      const context = await browser.createBrowserContext()
      return openPage(context, () => context.close())
    },
    async close() {
      await browser.close()
      await child?.end()
    },
  }
}
