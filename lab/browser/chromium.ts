import { type Browser as PlaywrightBrowser, chromium, type Page as PlaywrightPage } from 'playwright-core'
import { browserPrograms } from '../../scripts/browsers.mjs'
import type { Browser, LaunchOptions, Page } from './browser.ts'
import { jsonExpression, jsonValue } from './json-expression.ts'

/** Chromium's page also shows its Playwright page: for traces, throttling and screencasts. */
export interface ChromiumPage extends Page {
  playwright: PlaywrightPage
}

/** Chromium with pages of its own kind. */
export interface ChromiumBrowser extends Browser {
  name: 'chromium'
  open(): Promise<ChromiumPage>
}

/** `--no-sandbox` because CI is root in a container; the others keep the browser's own traffic out of the figures. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

async function openPage(browser: PlaywrightBrowser): Promise<ChromiumPage> {
  const context = await browser.newContext()
  const page = await context.newPage()
  return {
    playwright: page,
    async goto(url, { until }) {
      await page.goto(url, { waitUntil: until })
    },
    evaluate: async <T>(expression: string) => jsonValue<T>(await page.evaluate<string>(jsonExpression(expression))),
    close: () => context.close(),
  }
}

/** Starts Debian's Chromium, else Playwright's own. */
export async function launchChromium(options: LaunchOptions = {}): Promise<ChromiumBrowser> {
  const hash = options.ignoreCertificateErrors
  // `ignoreHTTPSErrors` would switch the HTTP cache off for the site; a trusted key does not.
  const trust = hash ? [`--ignore-certificate-errors-spki-list=${hash}`] : []
  const browser = await chromium.launch({
    executablePath: browserPrograms('chromium').browser,
    args: [...quiet, ...trust],
    ...(options.hasBackForwardCache && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
  })
  return { name: 'chromium', open: () => openPage(browser), close: () => browser.close() }
}
