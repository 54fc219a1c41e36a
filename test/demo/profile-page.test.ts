import { expect, onTestFinished, test } from 'vitest'
import { startBrand } from '../../demo/brand/start.ts'
import { shop } from '../../demo/shop/shop.ts'
import { launchChromium } from '../../lab/browser/chromium.ts'

test('beside the shop its visitor’s profile changes while one clicks: events, features and audiences', async () => {
  const running = await startBrand(shop)
  onTestFinished(() => running.close())
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  const page = await browser.open()
  await page.goto(`${running.site.origin}/profile`, { until: 'load' })
  const shown = (): Promise<string> => page.evaluate(`document.querySelector('main').innerText.replaceAll('\\t', ' ')`)
  await expect.poll(shown, { timeout: 20_000 }).toContain('bought out')
  const press = (label: string): Promise<unknown> =>
    page.evaluate(`void [...document.querySelector('iframe').contentDocument.querySelectorAll('a, button')]
      .find((one) => one.textContent.trim().startsWith('${label}')).click()`)
  await press('Add to cart')
  await expect.poll(shown, { timeout: 20_000 }).toMatch(/Product Added 1[^]*looks 0[^]*shopper in/)
  await press('View options')
  await expect.poll(shown, { timeout: 20_000 }).toMatch(/Product Clicked 1[^]*looks 1/)
  await press('Cart')
  await expect.poll(shown, { timeout: 20_000 }).toMatch(/Order Completed 1[^]*bought in\s+shopper out/)
})
