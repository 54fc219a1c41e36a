import { expect, test } from 'vitest'
import {
  airingBehind,
  armsToDraw,
  type Catalog,
  compile,
  createTimeline,
  cuesAhead,
  decide,
  type DecideContext,
  type Experience,
} from '../../../../src/engine/index.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 10, 29, 20)
const page = { path: '/', campaign: '', referrer: '', device: 'desktop', language: 'en' } as const

const experience = (id: string, weights: number[], more: Partial<Experience> = {}): Experience => ({
  id,
  slot: 'hero',
  audience: 'saw',
  coverage: 1,
  seed: id,
  variants: weights.map((weight, index) => ({
    id: `${id}-${index}`,
    weight,
    // The first is the control.
    operations: index === 0 ? [] : [{ op: 'text', value: `${id} ${index}` }],
  })),
  ...more,
})

function catalogOf(experiences: Experience[], more: Partial<Catalog> = {}): Catalog {
  return {
    version: '1',
    site: 's',
    slots: [{ name: 'hero', live: true }],
    tv: {
      feeds: { itv: { zone: 'Europe/London', channel: 'ITV', areas: ['c/GB'], delaysMs: {} } },
      spots: { roses: { brand: 'flora', product: 'roses' }, tulips: { brand: 'flora', product: 'tulips' } },
      placements: [],
    },
    audiences: {
      saw: { 'tv.spot.aired': { spot: 'roses', within: '5m' } },
      'saw-tulips': { 'tv.spot.aired': { spot: 'tulips', within: '5m' } },
      'saw-pro': { 'tv.spot.aired': { spot: 'roses', within: '5m' }, 'traits.plan': 'pro' },
      spring: { 'page.campaign': '' },
    },
    experiences,
    ...more,
  }
}

function contextAt(atMs: number, more: Partial<DecideContext> = {}): DecideContext {
  const tv = createTimeline()
  const spot = (name: string, ms: number) => ({ spot: name, fromMs: START + ms, toMs: START + ms + 30_000 })
  tv.state({ feed: 'itv', source: 'partner', spots: [spot('roses', 0), spot('tulips', 2 * MINUTE)] }, 1)
  return { page, tv, nowMs: START + atMs, ...more }
}

const outcomeOf = (catalog: Catalog, context = contextAt(MINUTE)) => {
  const compiled = compile(catalog)
  const [outcome] = decide(compiled, context)
  if (!outcome) throw new Error('There is no slot')
  const arms = armsToDraw(compiled, outcome)
  /** The variant of a page whose draw is this. */
  const of = (draw: number): string | undefined =>
    (arms.find(({ by, below }) => (draw * by) % 1 < below) ?? outcome).variant?.id
  return { compiled, outcome, arms, of }
}

/** Mulberry32: the same draws in every run. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Number of pages of 1,000 that draw each. */
function drawn(of: (draw: number) => string | undefined): { [variant: string]: number } {
  const random = createRandom(1)
  const counts: { [variant: string]: number } = {}
  for (let index = 0; index < 1_000; index++) {
    const variant = of(random()) ?? 'nothing'
    counts[variant] = (counts[variant] ?? 0) + 1
  }
  return counts
}

/** Four standard deviations of 1,000 draws of a half. */
const NEAR = 64

function expectShares(counts: { [variant: string]: number }, shares: { [variant: string]: number }): void {
  expect(Object.keys(counts).sort()).toEqual(Object.keys(shares).sort())
  for (const [variant, share] of Object.entries(shares))
    expect(Math.abs((counts[variant] ?? 0) - share * 1_000), variant).toBeLessThan(NEAR)
}

test('1,000 draws follow the weights', () => {
  const { outcome, of } = outcomeOf(catalogOf([experience('e', [0.2, 0.3, 0.5])]))
  expect(outcome.reason).toBe('no-id')
  expectShares(drawn(of), { 'e-0': 0.2, 'e-1': 0.3, 'e-2': 0.5 })
})

test('the holdout has its share of what is drawn, and its variants share the rest', () => {
  const { of, arms } = outcomeOf(catalogOf([experience('e', [0.5, 0.5])], { holdout: { share: 0.2, seed: 'h' } }))
  expectShares(drawn(of), { holdout: 0.2, 'e-0': 0.4, 'e-1': 0.4 })
  expect(arms.map(({ reason }) => reason)).toEqual(['holdout', 'control', 'match'])
})

test('a page that coverage leaves out draws the next experience, or sees what everybody sees', () => {
  const some = experience('some', [0.5, 0.5], { coverage: 0.4 })
  const all = experience('all', [1], { variants: [{ id: 'all', weight: 1, operations: [{ op: 'text', value: 'x' }] }] })
  const shares = { 'some-0': 0.2, 'some-1': 0.2 }
  expectShares(drawn(outcomeOf(catalogOf([some, all])).of), { ...shares, all: 0.6 })
  expectShares(drawn(outcomeOf(catalogOf([some])).of), { ...shares, nothing: 0.6 })
  expectShares(drawn(outcomeOf(catalogOf([some, experience('other', [0.5, 0.5])])).of), {
    ...shares,
    'other-0': 0.3,
    'other-1': 0.3,
  })
})

test('the draw of one experience tells nothing of that of another', () => {
  const one = outcomeOf(catalogOf([experience('one', [0.5, 0.5])])).of
  const other = outcomeOf(catalogOf([experience('other', [0.5, 0.5])])).of
  expectShares(
    drawn((draw) => `${one(draw)} ${other(draw)}`),
    { 'one-0 other-0': 0.25, 'one-0 other-1': 0.25, 'one-1 other-0': 0.25, 'one-1 other-1': 0.25 },
  )
})

test.each([
  ['whose visitor is known', catalogOf([experience('e', [0.5, 0.5])]), { visitorId: 'v' }],
  ['whose audience asks for the person', catalogOf([experience('e', [0.5, 0.5], { audience: 'saw-pro' })]), {}],
  ['whose audience does not ask for TV', catalogOf([experience('e', [0.5, 0.5], { audience: 'spring' })]), {}],
  ['of a namespace', catalogOf([experience('e', [0.5, 0.5], { namespace: { id: 'n', from: 0, until: 0.5 } })]), {}],
  ['that is capped', catalogOf([experience('e', [0.5, 0.5], { cap: { times: 1 } as never })]), {}],
  ['in a slot that is not live', catalogOf([experience('e', [0.5, 0.5])], { slots: [{ name: 'hero' }] }), {}],
  ['that is not on', catalogOf([experience('e', [0.5, 0.5], { audience: 'saw-tulips' })]), {}],
])('nothing is drawn of an experience %s', (_what, catalog, more) => {
  expect(outcomeOf(catalog, contextAt(MINUTE, more)).outcome.toDraw).toBeUndefined()
})

test('a cue tells each change of what is drawn', () => {
  const catalog = catalogOf([
    experience('tulips', [0.5, 0.5], { audience: 'saw-tulips' }),
    experience('roses', [0.5, 0.5]),
  ])
  const context = contextAt(-MINUTE)
  const { compiled, outcome } = outcomeOf(catalog, context)
  const { cues } = cuesAhead(compiled, context, [outcome], { aheadMs: 15 * MINUTE, most: 8 })
  expect(
    cues.map(({ atMs, outcome: { toDraw = [] } }) => [
      (atMs - START) / MINUTE,
      ...toDraw.map((each) => each.experience.id),
    ]),
  ).toEqual([[0, 'roses'], [2, 'tulips', 'roses'], [5, 'tulips'], [7]])
})

test('what is behind an experience that is drawn is the airing that its audience has seen', () => {
  const { compiled } = outcomeOf(catalogOf([experience('e', [0.5, 0.5])]))
  expect(airingBehind(compiled, contextAt(MINUTE), 'e')).toMatchObject({ feed: 'itv', spot: 'roses', fromMs: START })
  expect(airingBehind(compiled, contextAt(6 * MINUTE), 'e')).toBeUndefined()
  expect(airingBehind(compiled, contextAt(MINUTE), 'other')).toBeUndefined()
})
