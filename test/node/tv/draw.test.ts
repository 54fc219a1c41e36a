// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Arm, Cue, DecideResponse, TvPlan } from '../../../src/protocol/index.ts'
import { pass, respond, setUp, tearDown } from '../client/page-view.ts'
import {
  answerWith,
  assigned,
  contentsAsked,
  cue,
  openTv,
  planOf,
  respondContent,
  said,
  says,
  show,
} from './tv-page.ts'

let beacons: { address: string; body: unknown }[] = []

beforeEach(() => {
  setUp()
  beacons = []
  Object.assign(navigator, {
    sendBeacon: (address: string, body: string) => beacons.push({ address, body: JSON.parse(body) as unknown }) > 0,
  })
})
afterEach(() => {
  tearDown()
  Reflect.deleteProperty(navigator, 'sendBeacon')
})

const arm = (below: number, more: Partial<Arm>): Arm => ({
  ...{ by: 1, below, reason: 'match', experience: 'tv', variant: 'a' },
  ...more,
})

/** A fifth is held out, two fifths are shown the spot, and the others the page's own content. */
const draws: TvPlan['draws'] = {
  d: [
    arm(0.2, { reason: 'holdout', variant: 'holdout' }),
    arm(0.6, { content: 'spot' }),
    arm(1, { reason: 'control', variant: 'plain' }),
  ],
}

const drawCue = (ms: number, more: Partial<Cue> = {}): Cue => {
  const { slot, fromMs } = cue(ms)
  return { slot, fromMs, reason: 'no-id', draw: 'd', ...more }
}

const end = (ms: number): Cue => ({ slot: 'hero', reason: 'no-match', fromMs: cue(ms).fromMs })

const pending = (plan: Partial<TvPlan>, cues: Cue[] = [], decision = {}): DecideResponse => ({
  ...answerWith(planOf(cues, { draws, ...plan }), { reason: 'no-id', tier: 'contextual', ...decision }),
  consent: 'pending',
})

const counts = (): unknown[] => beacons.flatMap(({ body }) => (body as { counts: unknown[] }).counts)

test('a visitor of whom nothing is known is shown what the page draws, at the time of the cue, and it is counted without a name', async () => {
  const { hero } = await openTv(pending({}, [drawCue(5_000)]), { random: () => 0.5 })
  expect(contentsAsked()).toEqual(['/pp/v1/content/shop/spot'])
  await respondContent(says('As seen on TV'))
  await pass(4_999)
  expect(said(hero)).toBe('Original')
  await pass(1)
  expect(said(hero)).toBe('As seen on TV')
  await pass(14_999)
  expect(beacons).toEqual([])
  await pass(1)
  expect(beacons).toEqual([
    {
      address: '/pp/v1/counts',
      body: {
        v: 1,
        site: 'shop',
        counts: [
          { slot: 'hero', experience: 'tv', variant: 'a', tier: 'contextual', outcome: 'shown', by: 1, catalog: 'c' },
        ],
      },
    },
  ])
  expect([document.cookie, localStorage.length]).toEqual(['', 0])
})

test.each([
  [0.1, 'holdout'],
  [0.9, 'plain'],
])('a page whose draw is %d keeps its own content, fetches none, and is counted as %s', async (draw, variant) => {
  const { hero } = await openTv(pending({}, [drawCue(5_000)]), { random: () => draw })
  await pass(5_000)
  expect([said(hero), contentsAsked()]).toEqual(['Original', []])
  await pass(30_000)
  expect(counts()).toMatchObject([{ variant, outcome: 'control' }])
})

test('an experience that comes again in the same page comes out the same, whatever is drawn between', async () => {
  const dice = [0.5, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9]
  const { bridge, hero } = await openTv(pending({}, [drawCue(5_000), end(10_000)]), {
    random: () => dice.shift() ?? 0.9,
  })
  await respondContent(says('Spot'))
  await pass(5_000)
  expect(said(hero)).toBe('Spot')
  await pass(5_000)
  expect(said(hero)).toBe('Original')
  bridge._ask(bridge)
  respond(bridge, pending({ version: '2' }, [drawCue(60_000)], { reason: 'no-match' }))
  await pass(50_000)
  expect(said(hero)).toBe('Spot')
})

test('what is on as the page opens is drawn at once, and counted once, however many plans come', async () => {
  const { bridge, hero } = await openTv(pending({}, [], { draw: 'd' }), { random: () => 0.5 })
  await respondContent(says('Spot'))
  expect(said(hero)).toBe('Spot')
  bridge._ask(bridge)
  respond(bridge, pending({ version: '2' }, [], { draw: 'd' }))
  await pass(60_000)
  expect(counts()).toMatchObject([{ variant: 'a', outcome: 'shown' }])
})

test('the control of what is on as the page opens is counted like the others', async () => {
  const { bridge } = await openTv(pending({}, [], { draw: 'd' }), { random: () => 0.9 })
  bridge._ask(bridge)
  respond(bridge, pending({ version: '2' }, [], { draw: 'd' }))
  await pass(60_000)
  expect(counts()).toMatchObject([{ variant: 'plain', outcome: 'control' }])
})

test('content that is not there in time is counted as late, and a page that ends sends its count as it goes', async () => {
  await openTv(pending({}, [drawCue(5_000)]), { random: () => 0.5 })
  await pass(5_000)
  show(false)
  expect(counts()).toMatchObject([{ variant: 'a', outcome: 'late' }])
  await pass(60_000)
  expect(counts()).toHaveLength(1)
})

test('an event of the page cancels a cue that is drawn', async () => {
  const { bridge, hero } = await openTv(pending({}, [drawCue(5_000, { events: ['Order Completed'] })]), {
    random: () => 0.5,
  })
  await respondContent(says('Spot'))
  bridge._client['track']?.(...(['Order Completed'] as never[]))
  await pass(60_000)
  expect([said(hero), counts()]).toEqual(['Original', []])
})

test('who has denied is shown what is drawn, and counted nowhere', async () => {
  const { hero } = await openTv({ ...pending({}, [drawCue(5_000)]), consent: 'denied' }, { random: () => 0.5 })
  await respondContent(says('Spot'))
  await pass(60_000)
  expect([said(hero), beacons]).toEqual(['Spot', []])
})

test('what was decided by an id is reported as an event, and counted nowhere else', async () => {
  const { bridge } = await openTv(answerWith(planOf([cue(5_000, { content: 'spot' })])))
  await respondContent(says('Spot'))
  await pass(60_000)
  expect([await assigned(bridge), beacons]).toEqual([[['a', 'shown']], []])
})

test('of 1,000 pages so many show each variant as its share says', async () => {
  let shown = 0
  const pages = 1_000
  const { armOf } = await import('../../../src/tv/arm.ts')
  for (let index = 0; index < pages; index++) {
    const target = armOf(
      { draw: 'd' },
      { d: [arm(0.3, { by: 48_611 }), arm(1, { by: 48_611, variant: 'b' })] },
      index / pages,
    )
    if ('variant' in target && target.variant === 'a') shown++
  }
  expect(Math.abs(shown - 300)).toBeLessThan(30)
})
