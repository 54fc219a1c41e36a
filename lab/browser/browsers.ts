import { type BrowserName, browserNames } from '../../scripts/browsers.mjs'
import type { Browser, LaunchOptions } from './browser.ts'
import { launchChromium } from './chromium.ts'
import { launchFirefox } from './firefox.ts'
import { launchWebKit } from './webkit.ts'

const launchers: Record<BrowserName, (options: LaunchOptions) => Promise<Browser>> = {
  chromium: launchChromium,
  firefox: launchFirefox,
  webkit: launchWebKit,
}

/** Starts one browser. */
export function launchBrowser(name: BrowserName, options: LaunchOptions = {}): Promise<Browser> {
  return launchers[name](options)
}

/** Starts the browsers that are asked for (all three, or those of `PREPAINT_ENGINES`); all of them or none. */
export async function openBrowsers(options: LaunchOptions = {}): Promise<Browser[]> {
  const results = await Promise.allSettled(browserNames().map((name) => launchers[name](options)))
  const browsers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (!failed) return browsers
  await Promise.all(browsers.map((browser) => browser.close()))
  throw failed.reason
}
