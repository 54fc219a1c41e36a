import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChromiumBrowser, type ChromiumPage, launchChromium } from '../../lab/browser/chromium.ts'
import { originalFramesBeforePersonal } from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { navigate } from '../../lab/world/routes/navigate.ts'
import { type NextApp, startNextApp } from '../../lab/world/routes/next-app.ts'
import { createWorld, type World } from '../../lab/world/world.ts'
import { isAnswerKept, isLate, isLoaded } from './expectations.ts'

let world: World
let browser: ChromiumBrowser
let next: NextApp

beforeAll(async () => {
  next = await startNextApp()
  const options = { catalog: 'routes/catalog.yaml', appPort: next.port, asset: next.asset }
  ;[world, browser] = await Promise.all([createWorld(options), launchChromium()])
}, 180_000)
afterAll(async () => {
  await browser.close()
  await world.close()
  await next.close()
})

/** Opens a path of the app as a returning visitor; returns what became of its slots. */
async function open(page: ChromiumPage, path: string, until: string) {
  const url = `${world.site.origin}/next${path}`
  await page.goto(url, { until: 'load' })
  await page.playwright.waitForFunction(`${isAnswerKept} && ${isLate}`)
  await page.goto(url, { until: 'commit' })
  const frames = await readFrames(
    page,
    `window.app && ${isLoaded} && (${until}) && (window.left = (window.left ?? 20) - 1) < 0`,
  )
  return {
    frames,
    originals: ['promo', 'headline'].map((slot) => originalFramesBeforePersonal(frames, slot)),
    failures: await page.evaluate<string[]>('window.failures'),
    headline: await page.evaluate<string>(`document.querySelector('.headline').innerText.trim()`),
  }
}

test('a page of Next hydrates its prepared slots without a word, and links lead to personal routes and back', async () => {
  const page = await browser.open()
  const seen = await open(page, '/second', 'true')
  expect(seen).toMatchObject({ originals: [0, 0], failures: [], headline: 'Personal second' })
  for (const [step, headline] of [
    [`document.querySelector('a[href$=third]').click()`, 'Personal third'],
    ['history.back()', 'Personal second'],
    ['history.forward()', 'Personal third'],
  ] as const)
    expect(await navigate(page, step)).toMatchObject({ outcome: 'shown', originalFrames: 0, texts: { headline } })
  expect(await page.evaluate('window.failures')).toEqual([])
  await page.close()
})

test('what the server of Next knows later is personal when it is revealed, on load and on a route', async () => {
  const sent = await (await fetch(`${world.site.origin}/next/slow`)).text()
  expect(sent).toMatch(/<div hidden id="S:\w+"><h1 class="headline"/)
  const page = await browser.open()
  const seen = await open(page, '/slow', `document.querySelector('main > .headline')`)
  expect(seen).toMatchObject({ originals: [0, 0], failures: [], headline: 'Personal home' })
  await navigate(page, `document.querySelector('a[href$=second]').click()`)
  const onRoute = await navigate(page, `document.querySelector('a[href$=slow]').click()`)
  expect(onRoute).toMatchObject({ outcome: 'shown', originalFrames: 0, texts: { headline: 'Personal home' } })
  // A slot that no other route has.
  expect(await page.evaluate(`document.querySelector('.aside').innerText`)).toBe('Personal aside')
  expect(await page.evaluate('window.failures')).toEqual([])
  await page.close()
})

test('a slot of a page of Next that is not prepared is personal in every frame, and React tells of one error', async () => {
  const page = await browser.open()
  const seen = await open(page, '/plain', 'true')
  expect(seen).toMatchObject({
    originals: [0, 0],
    failures: [expect.stringContaining('React error #418')],
    headline: 'Personal home',
  })
  await page.close()
})
