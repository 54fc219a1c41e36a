import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Browser, Page } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { askAgain, createTvWorld, hasContents, isTvThere, probe, type TvWorld } from '../../lab/world/tv-world.ts'
import { browserNames } from '../../scripts/browsers.mjs'
import type { Arm, Cue } from '../../src/protocol/index.ts'
import { view } from './expectations.ts'

let world: TvWorld
let browsers: Browser[]

beforeAll(async () => {
  ;[world, browsers] = await Promise.all([createTvWorld(), openBrowsers()])
})
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()))
  await world.close()
})
beforeEach(() => {
  world.plan([])
  world.consent = 'pending'
  world.decision = { reason: 'no-id', tier: 'contextual' }
  world.contents = { spot: [{ op: 'text', value: 'As seen on TV just now' }] }
})

const arm = (below: number, more: Partial<Arm>): Arm => ({
  ...{ by: 48_611, below, reason: 'match', experience: 'tv', variant: 'a' },
  ...more,
})

/** Plans a cue that shows the spot to this share of pages. */
function planDraw(share: number, fromMs: number): void {
  const cue: Partial<Cue> = { fromMs, reason: 'no-id', draw: 'd', experience: undefined, variant: undefined } as never
  const spot = arm(share, { content: 'spot' })
  world.plan([cue], { draws: { d: [spot, arm(1, { variant: 'plain', reason: 'control' })] } })
}

async function open(name: string): Promise<Page> {
  const browser = browsers.find((one) => one.name === name) ?? expect.unreachable(`${name} is not running`)
  const page = await browser.open()
  await view(page, `${world.site.origin}/tv-pending`, isTvThere)
  return page
}

const text = `document.querySelector('h1').innerText`

/** All that a page has left behind: cookies, and names in storage. */
const left = `document.cookie + Object.keys(localStorage) + Object.keys(sessionStorage)`

/** Slack of a busy machine, in ms. */
const soonMs = 2_000

test.each(browserNames())(
  '%s: without consent a page shows what it has drawn at the time of the cue, stores nothing, and is counted without a name',
  async (name) => {
    const fromMs = Date.now() + 3_000
    planDraw(1, fromMs)
    const page = await open(name)
    await readFrames(page, hasContents(1))
    world.site.requests.clear()
    const frames = await readFrames(page, `${text} === 'As seen on TV just now'`)
    const states = (frames.slots[probe.slot]?.states ?? []).filter(({ isHidden }) => !isHidden)
    expect(states.map(({ signature }) => signature).filter((said) => said !== '')).toEqual([
      probe.original,
      'As seen on TV just now',
    ])
    const lateMs = (await page.evaluate<number>('performance.timeOrigin')) + (states.at(-1)?.atMs ?? NaN) - fromMs
    expect(lateMs).toBeGreaterThan(-50)
    expect(lateMs).toBeLessThan(soonMs)
    // Nothing leaves at the time that all pages share.
    expect(world.site.requests.of()).toEqual([])
    await page.evaluate(askAgain)
    await expect.poll(() => world.site.requests.of('/pp/v1/counts').length).toBe(1)
    expect(await page.evaluate('counted')).toEqual([
      {
        ...{ slot: 'headline', experience: 'tv', variant: 'a', tier: 'contextual', outcome: 'shown' },
        ...{ by: 48_611, catalog: 'c' },
      },
    ])
    expect(world.site.requests.of('/pp/v1/batch')).toEqual([])
    expect(await page.evaluate(left)).toBe('')
    await page.close()
  },
)

test.each(browserNames())('%s: each page draws by itself, and counts say what pages show', async (name) => {
  const pages = 4
  let shown = 0
  const counted: { outcome: string }[] = []
  for (let index = 0; index < pages; index++) {
    planDraw(0.5, Date.now() - 1_000)
    const page = await open(name)
    await readFrames(page, `applied.length > 1`)
    if ((await page.evaluate(text)) !== probe.original) shown++
    await page.evaluate(askAgain)
    counted.push(...(await page.evaluate<{ outcome: string }[]>('counted')))
    await page.close()
  }
  expect(counted).toHaveLength(pages)
  expect(counted.filter(({ outcome }) => outcome === 'shown')).toHaveLength(shown)
})
