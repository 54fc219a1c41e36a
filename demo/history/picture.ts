import type { ChromiumBrowser } from '../../lab/browser/chromium.ts'

/** Takes the picture of a report's beginning, as docs/measure.md shows it. */
export async function pictureOf(browser: ChromiumBrowser, report: string): Promise<Buffer> {
  const page = await browser.open()
  await page.playwright.setViewportSize({ width: 1040, height: 1180 })
  await page.playwright.emulateMedia({ colorScheme: 'light' })
  await page.playwright.setContent(report)
  // The default hides the caret by a style of its own, which the page's policy refuses.
  const picture = await page.playwright.screenshot({ caret: 'initial' })
  await page.close()
  return picture
}
