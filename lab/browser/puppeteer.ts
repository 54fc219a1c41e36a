import { launch, type LaunchOptions } from 'puppeteer-core'
import type { Browser } from './browser.ts'
import { adopt } from './child.ts'
import { openPage } from './puppeteer-page.ts'

/** Starts a browser by Puppeteer. It ends with this process, by `adopt`. */
export async function launchByPuppeteer(name: 'chromium' | 'firefox', options: LaunchOptions): Promise<Browser> {
  const browser = await launch({
    ...options,
    // Puppeteer ends Firefox asynchronously on a signal; a test runner that ends at once left it behind on SIGTERM.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
  const leader = browser.process()
  const child = leader && adopt(leader)
  return {
    name,
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
