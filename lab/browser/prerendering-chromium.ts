import { launch } from 'puppeteer-core'
import { browserPrograms } from '../../scripts/browsers.mjs'
import type { Browser } from './browser.ts'
import { adopt } from './child.ts'
import { quiet } from './chromium.ts'
import { openPage } from './puppeteer-page.ts'

/**
 * Starts a Chromium that renders pages in advance. Playwright 1.65 forbids it (`Page.setPrerenderingAllowed`) and loses a page that is
 * shown; Puppeteer follows it.
 */
export async function launchPrerenderingChromium(): Promise<Browser> {
  const browser = await launch({
    browser: 'chrome',
    executablePath: browserPrograms('chromium').browser,
    args: quiet,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
  const leader = browser.process()
  const child = leader && adopt(leader)
  return {
    name: 'chromium',
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
