import type { BrowserContext, Page as PuppeteerPage } from 'puppeteer-core'
import type { Page } from './browser.ts'
import { untilCommit } from './commit.ts'
import { jsonExpression, jsonValue } from './json-expression.ts'

/** Opens a page that Puppeteer drives. */
export async function openPage(context: BrowserContext, close: (page: PuppeteerPage) => Promise<void>): Promise<Page> {
  const page = await context.newPage({ type: 'window' })
  const evaluate = async <T>(expression: string) =>
    jsonValue<T>((await page.evaluate(jsonExpression(expression))) as string)
  return {
    evaluate,
    async goto(url, { until }) {
      if (until === 'commit') return untilCommit(evaluate, () => page.goto(url))
      await page.goto(url, { waitUntil: 'load' })
    },
    print: () => page.pdf(),
    tab: () => openPage(context, (tab) => tab.close()),
    close: () => close(page),
  }
}
