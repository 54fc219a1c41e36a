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

/** Leaves a page and comes back; returns true if the browser had kept it. */
async function leaveAndReturn(page: Page, path: string, other: string): Promise<boolean> {
  await page.evaluate('void (window.isSame = true)')
  await page.goto(world.site.origin + other, { until: 'load' })
  await page.evaluate('void history.back()')
  // While the browser is between two pages there is none to ask.
  await expect.poll(() => page.evaluate('location.pathname').catch(() => ''), { timeout: 20_000 }).toBe(path)
  return page.evaluate('window.isSame === true')
}

const seenViews = 'JSON.parse(localStorage.pp).session.views'

test.each(browserNames())(
  '%s: a page that is restored stays personal, begins one view, and reports no slot twice',
  async (name) => {
    const browser = browsers.find((one) => one.name === name) ?? expect.unreachable(`${name} is not running`)
    const page = await browser.open()
    await page.goto(`${world.site.origin}/bare`, { until: 'load' })
    // The same page without us: what keeps it out is not ours.
    expect(await leaveAndReturn(page, '/bare', '/')).toBe(true)
    const url = `${world.site.origin}/`
    await view(page, url, `${isAnswerKept} && ${isLoaded}`)
    await view(page, url, `${allShown} && ${isLoaded} && ${isLate}`)
    const [before, views] = [await marks(page), await page.evaluate<number>(seenViews)]
    const asked = world.site.requests.of('/pp/v1/decide').length
    expect(await leaveAndReturn(page, '/', '/bare')).toBe(true)
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
