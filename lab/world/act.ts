import type { ChromiumPage } from '../browser/chromium.ts'

/** Evaluates an expression in the page, and waits until the service has acknowledged the event that it causes. */
export async function act(page: ChromiumPage, expression: string, event: string): Promise<void> {
  const isAcknowledged = page.playwright.waitForResponse(
    (response) =>
      response.url().endsWith('/v1/batch') && response.ok() && !!response.request().postData()?.includes(`"${event}"`),
  )
  await page.evaluate(expression)
  await isAcknowledged
}
