import { expect, onTestFinished, test } from 'vitest'
import { startBrand } from '../../demo/brand/start.ts'
import { shop } from '../../demo/shop/shop.ts'
import { launchChromium } from '../../lab/browser/chromium.ts'

/** Presses the first button of that name. */
const press = (label: string): string =>
  `[...document.querySelectorAll('a, button')].find((one) => one.textContent.trim().startsWith('${label}')).click();`

test('the shop tells of clicks, its cart and orders in the words of docs/events.md', async () => {
  const running = await startBrand(shop)
  onTestFinished(() => running.close())
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  const page = await browser.open()
  await page.goto(`${running.site.origin}/`, { until: 'load' })
  const told = await page.evaluate<[name: string, properties: object][]>(`(() => {
    const told = []
    const { track } = pp;
    pp.track = (...args) => { told.push(args); track(...args) };
    ${press('View options')}
    ${press('Add to cart')}
    ${press('Add to cart')}
    ${press('Cart')}
    ${press('Cart')}
    return told
  })()`)
  const item = { product_id: 'special-item', name: 'Special Item', price: 18, currency: 'USD' }
  expect(told).toEqual([
    ['Product Clicked', { product_id: 'fancy-product', name: 'Fancy Product', price: 80, currency: 'USD' }],
    ['Product Added', { ...item, quantity: 1 }],
    ['Product Added', { ...item, quantity: 1 }],
    [
      'Order Completed',
      {
        order_id: expect.any(String) as string,
        total: 36,
        currency: 'USD',
        products: [
          { ...item, quantity: 1 },
          { ...item, quantity: 1 },
        ],
      },
    ],
  ])
})
