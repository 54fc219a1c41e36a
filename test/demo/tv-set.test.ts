import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { nextCommercial, openSet, playRound, untilShown } from '../../demo/tv/play.ts'
import { type RunningTv, startTv } from '../../demo/tv/start.ts'
import { launchBrowser } from '../../lab/browser/browsers.ts'
import { launchChromium } from '../../lab/browser/chromium.ts'
import { browserNames } from '../../scripts/browsers.mjs'

const out = fileURLToPath(new URL('../../out/demo/', import.meta.url))

let tv: RunningTv
beforeAll(async () => {
  mkdirSync(out, { recursive: true })
  tv = await startTv()
})
afterAll(() => tv.close())

const text = (id: string): string => `document.getElementById('${id}').textContent`
const key = (name: string): string =>
  `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '${name}', bubbles: true }))`

test('as a commercial of the shop reaches the homes its page shows the product by itself, and goes back', async () => {
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  const page = await browser.open()
  await page.playwright.setViewportSize({ width: 1240, height: 900 })
  await openSet(tv, page)
  const { product, before, shown, after, lateMs, loads } = await playRound(tv, page, (name) =>
    page.playwright.screenshot({ path: `${out}tv-${name}.png` }),
  )
  expect([before, after]).toEqual(Array(2).fill('Shop in style\n\nWith this shop hompeage template'))
  expect(shown).toMatch(new RegExp(`^${product}\\s+\\$\\d\\d\\.00, as seen on TV$`))
  // Frames of a browser without a screen, and the way of the answer, are in it; the page's own error is a figure of the bench.
  expect(lateMs).toBeGreaterThanOrEqual(0)
  expect(lateMs).toBeLessThan(1_500)
  expect(loads).toBe(0)
})

test('a clock that hurries slows down for a commercial of the shop, and the page shows it', async () => {
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  const page = await browser.open()
  const next = nextCommercial(tv)
  tv.replay.jump(next.fromMs - 180_000)
  await openSet(tv, page)
  const before = tv.replay.breaks()
  await page.evaluate(`document.querySelector('[name=pace][value="60"]').click()`)
  await untilShown(page, next.product)
  // It was one jump of the page: from the hurry to what happens.
  expect([tv.replay.pace, tv.replay.rate(), tv.replay.breaks() - before]).toEqual([60, 1, 1])
  expect(tv.replay.now() - next.fromMs).toBeLessThan(8_000)
  tv.replay.setPace(1)
})

test.each(browserNames())(
  '%s: the remote control changes channels and the delay, by buttons and by keys',
  async (name) => {
    const browser = await launchBrowser(name)
    onTestFinished(() => browser.close())
    const page = await browser.open()
    await openSet(tv, page)
    const channel = async (act: string): Promise<string> => {
      await page.evaluate(`void (${act})`)
      return page.evaluate(`document.querySelector('[aria-pressed=true]').getAttribute('aria-label')`)
    }
    const button = (label: string): string => `document.querySelector('[aria-label="${label}"]').click()`
    expect(await channel(button('Channel 1, BBC One'))).toBe('Channel 1, BBC One')
    expect(await channel(button('Next channel'))).toBe('Channel 2, BBC Two')
    expect(await channel(key('4'))).toBe('Channel 4, Channel 4')
    expect(await channel(key('ArrowDown'))).toBe('Channel 3, ITV')
    await page.evaluate(`void (${key('ArrowRight')}, ${button('Picture 1 second later')})`)
    expect(await page.evaluate(text('late'))).toBe('8 s')
    expect(await page.evaluate(text('note'))).toContain('changes 2 s before the picture here')
    // Everything that can be pressed has a name.
    const nameless = `[...document.querySelectorAll('button, input, iframe')]
    .filter((one) => !(one.getAttribute('aria-label') || one.title || one.textContent.trim() || one.labels?.[0]?.textContent))
      .map((one) => one.outerHTML)`
    expect(await page.evaluate(nameless)).toEqual([])
  },
)
