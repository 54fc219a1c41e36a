import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Browser } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { hiddenMs } from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { probes } from '../../lab/world/brand-page.ts'
import { createWorld, type World } from '../../lab/world/world.ts'
import { browserNames } from '../../scripts/browsers.mjs'
import {
  allShown,
  expectFallback,
  expectNewVisitors,
  expectPersonal,
  hasMarked,
  isAnswerKept,
  isLoaded,
  marks,
  view,
} from './expectations.ts'

/** Views of each kind; every single one must be right, so that the personal page is shown in 100 % of them. */
const VIEWS = 3

let world: World
let browsers: Browser[]

beforeAll(async () => {
  ;[world, browsers] = await Promise.all([createWorld(), openBrowsers()])
})
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()))
  await world.close()
})
beforeEach(() => {
  world.fault.setFault({ kind: 'none' })
  world.site.requests.clear()
})

function browserOf(name: string): Browser {
  return browsers.find((browser) => browser.name === name) ?? expect.unreachable(`${name} is not running`)
}

test.each(browserNames())('%s: a new visitor sees the personal page at once, for one request', async (name) => {
  await expectNewVisitors(browserOf(name), `${world.site.origin}/`, {
    count: VIEWS,
    async prepare() {
      world.site.requests.clear()
    },
    async check() {
      expect(world.site.requests.of('/pp/v1/decide')).toHaveLength(1)
    },
  })
})

test.each(browserNames())(
  '%s: a returning visitor sees it with no request before, and nothing hidden',
  async (name) => {
    const asked = `performance.getEntriesByName(location.origin + '/pp/v1/decide')`
    const page = await browserOf(name).open()
    await view(page, `${world.site.origin}/`, `${isAnswerKept} && ${isLoaded}`)
    for (let count = 0; count < VIEWS; count++) {
      const frames = await view(page, `${world.site.origin}/`, `${allShown} && ${isLoaded} && ${asked}.length`)
      expectPersonal(frames)
      // A picture is hidden until its file is there, which without us would be blank as long.
      for (const { slot } of probes.filter(({ slot }) => slot !== 'picture')) expect(hiddenMs(frames, slot)).toBe(0)
      const [shownMs, askedMs] = await page.evaluate<[number, number]>(
        `[Math.max(...performance.getEntriesByType('mark').map(({ startTime }) => startTime)), ${asked}[0].startTime]`,
      )
      // Firefox counts whole milliseconds.
      expect(askedMs).toBeGreaterThanOrEqual(shownMs)
      expect(askedMs).toBeGreaterThanOrEqual(Math.floor(frames.firstMs))
    }
    await page.close()
  },
)

test.each(browserNames())('%s: a border between chunks inside a slot never mixes the contents', async (name) => {
  await expectNewVisitors(browserOf(name), `${world.site.origin}/torn`, {
    count: 1,
    async check(page) {
      await readFrames(page, isAnswerKept)
      expectPersonal(await view(page, `${world.site.origin}/torn`, `${allShown} && ${isLoaded}`))
    },
  })
})

test.each(browserNames())(
  '%s: a service that takes 900 ms leaves the page as it is, and the next view is personal',
  async (name) => {
    const page = await browserOf(name).open()
    // Longer than a budget that begins with the first frame of a busy machine: nothing waits beyond 800 ms.
    world.fault.setFault({ kind: 'delay', delayMs: 900 })
    expectFallback(await view(page, `${world.site.origin}/`, hasMarked('late:headline')))
    expect(await marks(page)).toContain('fallback:timeout')
    expectPersonal(await view(page, `${world.site.origin}/`, `${allShown} && ${isLoaded}`))
    await page.close()
  },
)

test.each(browserNames())(
  '%s: a service that never answers costs a slot its budget, and the page nothing',
  async (name) => {
    const page = await browserOf(name).open()
    world.fault.setFault({ kind: 'never' })
    expectFallback(await view(page, `${world.site.origin}/`, `${hasMarked('fallback:timeout')} && ${isLoaded}`))
    await page.close()
  },
)
