import { browserPrograms } from '../../scripts/browsers.mjs'
import type { Browser, LaunchOptions, Page } from './browser.ts'
import { BrowserError } from './browser-error.ts'
import { untilCommit } from './commit.ts'
import { startDisplay } from './display.ts'
import { jsonExpression, jsonValue } from './json-expression.ts'
import { startSession, type WebDriverTab } from './webdriver.ts'
import { startWebKitDriver } from './webkit-driver.ts'

const untilLoaded = `document.readyState === 'complete' ||
  new Promise((resolve) => addEventListener('load', () => resolve(true)))`

/** Strategy `none`: a page that never ends loading must not stop us, and one session can have only one strategy. */
function capabilities(browser: string, options: LaunchOptions): object {
  const args = ['--automation', ...(options.areCookiesForbidden ? ['--cookies-policy=never'] : [])]
  return {
    acceptInsecureCerts: options.ignoreCertificateErrors !== undefined,
    pageLoadStrategy: 'none',
    'webkitgtk:browserOptions': { binary: browser, args },
  }
}

function pageOf(session: WebDriverTab, close: () => Promise<void>): Page {
  async function evaluate<T>(expression: string): Promise<T> {
    const answer = (await session.runAsync(
      `const done = arguments[arguments.length - 1];
       ${jsonExpression(expression)}.then((json) => done({ json }), (error) => done({ error: String(error) }))`,
    )) as { json?: string; error?: string }
    if (answer.error !== undefined) throw new BrowserError('script_failed', `${answer.error} in: ${expression}`)
    return jsonValue<T>(answer.json)
  }
  return {
    evaluate,
    async goto(url, { until }) {
      await untilCommit(evaluate, () => session.navigate(url))
      if (until === 'load') await evaluate(untilLoaded)
    },
    async tab() {
      const tab = await session.newTab()
      return pageOf(tab, tab.close)
    },
    close,
  }
}

/** A visitor is a browser process here: WebDriver cannot empty localStorage of all origins, a new session is empty. */
async function openPage(display: string, options: LaunchOptions): Promise<Page> {
  const programs = browserPrograms('webkit')
  const driver = await startWebKitDriver(programs.driver, display)
  try {
    const session = await startSession(driver.url, capabilities(programs.browser, options))
    return pageOf(session, driver.end)
  } catch (error) {
    await driver.end()
    throw error
  }
}

/** Starts the screen on which each page's WebKitGTK MiniBrowser will run. */
export async function launchWebKit(options: LaunchOptions = {}): Promise<Browser> {
  const display = await startDisplay(browserPrograms('webkit').display)
  const pages = new Set<Page>()
  return {
    name: 'webkit',
    async open() {
      const page = await openPage(display.name, options)
      pages.add(page)
      return page
    },
    async close() {
      await Promise.all([...pages].map((page) => page.close()))
      await display.end()
    },
  }
}
