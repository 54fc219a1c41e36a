import { expect, onTestFinished, test } from 'vitest'
import { startStrictSite } from '../../examples/csp/csp.ts'
import { launchChromium } from '../../lab/browser/chromium.ts'

/** The late chunk has come, too, and all it had to say has been taken. */
const isDelivered = `performance.getEntriesByName(location.origin + '/pp/v1/batch').length > 0 && !localStorage['pp.out']`

test('under a policy of nonces and Trusted Types the page is personal, and browsers have nothing to report', async () => {
  const strict = await startStrictSite()
  onTestFinished(strict.close)
  const browser = await launchChromium()
  onTestFinished(browser.close)
  const page = await browser.open()
  // The second view is from the cache, however late the first answer was.
  for (let view = 0; view < 2; view++) {
    await page.goto(strict.site.origin, { until: 'load' })
    // Not by Playwright's `waitForFunction`, which evaluates text in the page: the policy forbids it.
    await expect.poll(() => page.evaluate(isDelivered), { timeout: 30_000 }).toBe(true)
  }
  expect(
    await page.evaluate(`[...document.querySelectorAll('[data-pp-slot]')].map(({ outerHTML }) => outerHTML)`),
  ).toEqual([
    '<h1 data-pp-slot="headline">Personal, and safe</h1>',
    '<p data-pp-slot="teaser" class="lead">Even <b>markup</b> comes as trusted HTML</p>',
  ])
  await page.evaluate('pp.destroy()')
  await expect
    .poll(() => page.evaluate(`document.querySelector("h1").textContent`), { timeout: 30_000 })
    .toBe('The same for everybody')
  expect(strict.reportCount()).toBe(0)

  await page.evaluate(`(() => { try { document.body.innerHTML = '<b>x</b>' } catch {} })()`)
  await expect.poll(strict.reportCount, { timeout: 30_000 }).toBeGreaterThan(0)
})
