import { expect, onTestFinished, test } from 'vitest'
import { startBrand } from '../../demo/brand/start.ts'
import { shop } from '../../demo/shop/shop.ts'
import type { Page } from '../../lab/browser/browser.ts'
import { launchChromium } from '../../lab/browser/chromium.ts'

/** Presses the first button of that name. */
const press = (label: string): string =>
  `[...document.querySelectorAll('a, button')].find((one) => one.textContent.trim().startsWith('${label}')).click();`

/** Pauses between the purchase and the next page, in ms. */
const PAUSES_MS = [0, 0, 5, 20, 50, 100, 200]

/** Opens the shop's page, and returns what it offers once its decision is shown. */
async function offered(page: Page, origin: string): Promise<string> {
  await page.goto(`${origin}/`, { until: 'load' })
  await expect
    .poll(() => page.evaluate(`performance.getEntriesByName('pp:shown:offer').length`), { timeout: 20_000 })
    .toBe(1)
  return page.evaluate(`document.querySelector('header p').innerText`)
}

/** Presses, and resolves when the tag has its late chunk, which takes the call. */
async function pressed(page: Page, labels: string[]): Promise<void> {
  await page.evaluate(`(async () => { ${labels.map(press).join('')} await pp('flush') })()`)
}

test('an offer for what is in the cart stops the moment it is bought, however soon the next page comes', async () => {
  const running = await startBrand(shop)
  onTestFinished(() => running.close())
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  const { origin } = running.site
  for (const pauseMs of PAUSES_MS) {
    const page = await browser.open()
    expect(await offered(page, origin)).toBe('10 % off your first order')
    await pressed(page, ['Add to cart'])
    expect(await offered(page, origin)).toBe('Free delivery on what is in your cart')
    // Nothing is waited for: the page may go before the purchase has left it.
    await page.evaluate(
      `(async () => { ${press('Add to cart')} ${press('Cart')} await new Promise((done) => setTimeout(done, ${pauseMs})) })()`,
    )
    expect([pauseMs, await offered(page, origin)]).toEqual([pauseMs, 'Thank you for your order'])
    await page.close()
  }
})

test('whoever has looked three times is offered something, from the next page on', async () => {
  const running = await startBrand(shop)
  onTestFinished(() => running.close())
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  const { origin } = running.site
  const page = await browser.open()
  await offered(page, origin)
  await pressed(page, ['View options', 'View options'])
  expect(await offered(page, origin)).toBe('10 % off your first order')
  await pressed(page, ['View options'])
  expect(await offered(page, origin)).toBe('15 % off what you have looked at')
})
