import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page as PlaywrightPage } from 'playwright-core'
import { browserPrograms } from '../../scripts/browsers.mjs'
import type { Browser, LaunchOptions, Page } from './browser.ts'
import { jsonExpression, jsonValue } from './json-expression.ts'

/** Chromium's page also shows its Playwright page: for traces, throttling and screencasts. */
export interface ChromiumPage extends Page {
  playwright: PlaywrightPage
  tab(): Promise<ChromiumPage>
}

/** Chromium with pages of its own kind. */
export interface ChromiumBrowser extends Browser {
  name: 'chromium'
  open(): Promise<ChromiumPage>
}

/** `--no-sandbox` because CI is root in a container; the others keep the browser's own traffic out of the figures. */
export const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

async function openPage(
  context: BrowserContext,
  close: (page: PlaywrightPage) => Promise<void>,
): Promise<ChromiumPage> {
  const page = await context.newPage()
  return {
    playwright: page,
    async goto(url, { until }) {
      await page.goto(url, { waitUntil: until })
    },
    evaluate: async <T>(expression: string) => jsonValue<T>(await page.evaluate<string>(jsonExpression(expression))),
    print: () => page.pdf(),
    tab: () => openPage(context, (tab) => tab.close()),
    close: () => close(page),
  }
}

/** Settings of somebody who has forbidden cookies (chrome://settings/content/siteData). */
const withoutCookies = { profile: { default_content_setting_values: { cookies: 2 } } }

/** A visitor is a browser process here: contexts of Playwright's own have no settings. */
async function openForbidding(options: { executablePath: string; args: string[] }): Promise<ChromiumPage> {
  const folder = await mkdtemp(join(tmpdir(), 'prepaint-chromium-'))
  await mkdir(join(folder, 'Default'))
  await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify(withoutCookies))
  const context = await chromium.launchPersistentContext(folder, options)
  return openPage(context, async () => {
    await context.close()
    await rm(folder, { recursive: true, maxRetries: 5 })
  })
}

/** Starts Debian's Chromium, else Playwright's own. */
export async function launchChromium(options: LaunchOptions = {}): Promise<ChromiumBrowser> {
  const hash = options.ignoreCertificateErrors
  // `ignoreHTTPSErrors` would switch the HTTP cache off for the site; a trusted key does not.
  const trust = hash ? [`--ignore-certificate-errors-spki-list=${hash}`] : []
  const launch = {
    executablePath: browserPrograms('chromium').browser,
    args: [...quiet, ...trust],
    ...(options.hasBackForwardCache && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
  }
  const browser = await chromium.launch(launch)
  return {
    name: 'chromium',
    async open() {
      if (options.areCookiesForbidden) return openForbidding(launch)
      const context = await browser.newContext()
      return openPage(context, () => context.close())
    },
    close: () => browser.close(),
  }
}
