import { browserPrograms } from '../../scripts/browsers.mjs'
import type { Browser } from './browser.ts'
import { quiet } from './chromium.ts'
import { launchByPuppeteer } from './puppeteer.ts'

/**
 * Starts a Chromium that renders pages in advance. Playwright 1.65 forbids it (`Page.setPrerenderingAllowed`) and loses a page that is
 * shown; Puppeteer follows it.
 */
export async function launchPrerenderingChromium(): Promise<Browser> {
  return launchByPuppeteer('chromium', {
    browser: 'chrome',
    executablePath: browserPrograms('chromium').browser,
    args: quiet,
  })
}
