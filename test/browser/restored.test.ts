import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser, Page } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { finalSignature, originalFramesBeforePersonal } from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { personal, probes } from '../../lab/world/brand-page.ts'
import { createWorld, type World } from '../../lab/world/world.ts'
import { browserNames } from '../../scripts/browsers.mjs'
import { allShown, isAnswerKept, isLate, isLoaded, marks, view } from './expectations.ts'

let world: World
let browsers: Browser[]

beforeAll(async () => {
  ;[world, browsers] = await Promise.all([createWorld(), openBrowsers({ hasBackForwardCache: true })])
})
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()))
  await world.close()
})

/** Most times that a page is left until the browser has kept it. */
const MAX_TRIES = 5

/**
 * Leaves a page and comes back; returns true if the browser had kept it. The site tells, not a script: one that is sent while
 * WebKitGTK puts a page away may never be answered, because what is put away runs nothing.
 */
async function leaveAndReturn(page: Page, path: string, other: string): Promise<boolean> {
  const { requests } = world.site
  const seen = (...paths: string[]): number => paths.flatMap((one) => requests.of(one)).length
  await page.evaluate(`addEventListener('pageshow', () => void fetch('/back'))`)
  await page.goto(world.site.origin + other, { until: 'load' })
  const [kept, all] = [seen('/back'), seen('/back', path)]
  await page.evaluate('void history.back()')
  await expect.poll(() => seen('/back', path), { timeout: 20_000 }).toBeGreaterThan(all)
  return seen('/back') > kept
}

/**
 * Opens a page, leaves it and comes back, until the browser has kept it; returns what `open` did for the page that was kept.
 * A page that is left right after its load may not be kept, with or without us (seen once, Firefox ESR 153).
 */
async function restored<T>(page: Page, path: string, other: string, open: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const opened = await open()
    if (await leaveAndReturn(page, path, other)) return opened
  }
  throw new Error(`${path} was loaded anew each of ${MAX_TRIES} times that it was left`)
}

const seenViews = 'JSON.parse(localStorage.pp).session.views'

test.each(browserNames())(
  '%s: a page that is restored stays personal, begins one view, and reports no slot twice',
  async (name) => {
    const browser = browsers.find((one) => one.name === name) ?? expect.unreachable(`${name} is not running`)
    const page = await browser.open()
    // The same page without us: what keeps it out is not ours.
    await restored(page, '/bare', '/', () => page.goto(`${world.site.origin}/bare`, { until: 'load' }))
    const url = `${world.site.origin}/`
    await view(page, url, `${isAnswerKept} && ${isLoaded}`)
    const { before, views, asked } = await restored(page, '/', '/bare', async () => {
      await view(page, url, `${allShown} && ${isLoaded} && ${isLate}`)
      return {
        before: await marks(page),
        views: await page.evaluate<number>(seenViews),
        asked: world.site.requests.of('/pp/v1/decide').length,
      }
    })
    await expect.poll(() => page.evaluate(seenViews), { timeout: 20_000 }).toBe(views + 1)
    await expect.poll(() => world.site.requests.of('/pp/v1/decide').length, { timeout: 20_000 }).toBe(asked + 1)
    const frames = await readFrames(page, 'true')
    expect(await marks(page)).toEqual(before)
    for (const { slot } of probes) {
      expect([slot, originalFramesBeforePersonal(frames, slot)]).toEqual([slot, 0])
      expect(finalSignature(frames, slot)).toBe(personal[slot])
    }
    await page.close()
  },
)
