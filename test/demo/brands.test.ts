import { afterAll, beforeAll, expect, test } from 'vitest'
import { lookAt, startMeasured } from '../../demo/brand/view.ts'
import { brands } from '../../demo/brands.ts'
import { type ChromiumBrowser, launchChromium } from '../../lab/browser/chromium.ts'

let browser: ChromiumBrowser

beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

test.each(brands)(
  'every visitor of the $site sees what the catalog says, and never another page before it',
  async (brand) => {
    const running = await startMeasured(brand)
    const seen = await lookAt(running, browser)
    await running.close()
    expect(seen.map(({ name, problems }) => ({ name, problems }))).toEqual(
      brand.views.map(({ name }) => ({ name, problems: [] })),
    )
  },
)
