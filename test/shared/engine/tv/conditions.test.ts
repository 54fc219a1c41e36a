import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Catalog,
  compile,
  type Condition,
  createTimeline,
  cuesAhead,
  decide,
  type DecideContext,
  type Statement,
  type TvModel,
} from '../../../../src/engine/index.ts'

const SECOND = 1_000
const MINUTE = 60_000
const HOUR = 3_600_000
/** A Sunday evening in London, in winter. */
const START = Date.UTC(2026, 10, 29, 20)

const feed = { zone: 'Europe/London', delaysMs: { ota: 4 * SECOND, ott: 30 * SECOND } }

const model: TvModel = {
  feeds: {
    itv: { ...feed, channel: 'ITV', areas: ['c/GB'] },
    'itv-plus1': { ...feed, channel: 'ITV', areas: ['c/GB'], of: 'itv', shiftMs: HOUR, delaysMs: { ota: 4 * SECOND } },
    wales: { ...feed, channel: 'ITV Wales', areas: ['s/GB-WLS'], delaysMs: {} },
  },
  spots: {
    'roses-30': { brand: 'flora', product: 'roses', ids: ['HDCM10648'] },
    'tulips-20': { brand: 'flora', product: 'tulips' },
  },
  placements: [{ programme: 'Soap', product: 'lamp', atMs: 10 * MINUTE, durationMs: 20 * SECOND }],
}

function catalogOf(condition: Condition, more: Partial<Catalog> = {}): Catalog {
  return {
    version: '1',
    site: 's',
    slots: [{ name: 'hero', live: true }],
    tv: model,
    audiences: { a: condition },
    experiences: [
      {
        id: 'e',
        slot: 'hero',
        audience: 'a',
        coverage: 1,
        seed: 'e',
        variants: [{ id: 'v', weight: 1, operations: [{ op: 'text', value: 'x' }] }],
      },
    ],
    ...more,
  }
}

const page = { path: '/', campaign: '', referrer: '', device: 'desktop', language: 'en' } as const

interface Asking {
  statements?: Statement[]
  geo?: DecideContext['geo']
}

/** Says whether a condition holds, so many ms after the start. */
function asker(condition: Condition, { statements = [], geo = { country: 'GB' } }: Asking): (atMs: number) => boolean {
  const compiled = compile(catalogOf(condition))
  const tv = createTimeline()
  for (const [index, statement] of statements.entries()) tv.state(statement, index + 1)
  return (atMs) => decide(compiled, { page, geo, tv, nowMs: START + atMs })[0]?.reason === 'match'
}

function spotAt(atMs: number, more: object = {}): Statement {
  const fromMs = START + atMs
  return {
    feed: 'itv',
    source: 'schedule',
    spots: [{ spot: 'HDCM10648', fromMs, toMs: fromMs + 30 * SECOND, ...more }],
  }
}

test('a spot has aired from the moment at which it reaches the slowest home until its time is over, and an hour later on a +1 feed', () => {
  const holds = asker({ 'tv.spot.aired': { spot: 'roses-30', within: '5m' } }, { statements: [spotAt(0)] })
  const ends = [30 * SECOND, 30 * SECOND + 5 * MINUTE, HOUR + 4 * SECOND, HOUR + 4 * SECOND + 5 * MINUTE]
  expect(ends.flatMap((at) => [holds(at - 1), holds(at)])).toEqual([false, true, true, false, false, true, true, false])
})

test('a spot that is switched off stays so under a number that it gets later', () => {
  const compiled = compile(catalogOf({ 'tv.spot.aired': { spot: 'roses-30', within: '5m' } }))
  const tv = createTimeline()
  tv.state(spotAt(0), 1)
  tv.switch({ scope: 'spot', name: 'roses-30', isOff: true }, 2)
  expect(decide(compiled, { page, geo: { country: 'GB' }, tv, nowMs: START + MINUTE })[0]?.reason).toBe('no-match')
})

test('a feed that is switched off brings nothing, and a feed that repeats it goes on', () => {
  const compiled = compile(catalogOf({ 'tv.spot.aired': { spot: 'roses-30', within: '5m' } }))
  const tv = createTimeline()
  tv.state(spotAt(0), 1)
  const seen = (): boolean[] =>
    [MINUTE, HOUR + MINUTE].map(
      (atMs) => decide(compiled, { page, geo: { country: 'GB' }, tv, nowMs: START + atMs })[0]?.reason === 'match',
    )
  expect(seen()).toEqual([true, true])
  tv.switch({ scope: 'feed', name: 'itv-plus1', isOff: true }, 2)
  expect(seen()).toEqual([true, false])
  tv.switch({ scope: 'feed', name: 'itv', isOff: true }, 3)
  expect(seen()).toEqual([false, false])
  tv.switch({ scope: 'feed', name: 'itv-plus1', isOff: false }, 4)
  expect(seen()).toEqual([false, true])
})

test('an offset takes the place of the delay, and keeps the hour of the +1 feed', () => {
  const within = { spot: 'roses-30', within: '1m', offset: '10s' }
  const holds = asker({ 'tv.spot.aired': within }, { statements: [spotAt(0)] })
  const starts = [10 * SECOND, HOUR + 10 * SECOND]
  expect(starts.flatMap((at) => [holds(at - 1), holds(at)])).toEqual([false, true, false, true])
})

test('a spot is next until it begins', () => {
  const holds = asker(
    { 'tv.spot.next': { brand: 'flora', within: '2m', offset: '0s' } },
    { statements: [spotAt(5 * MINUTE)] },
  )
  expect([3 * MINUTE - 1, 3 * MINUTE, 5 * MINUTE - 1, 5 * MINUTE].map(holds)).toEqual([false, true, true, false])
})

test('a spot is meant by its number, its brand, its product, or by what a source says of it', () => {
  const airing = { statements: [spotAt(0)] }
  const aired = (of: object, asking: Asking = airing): boolean =>
    asker({ 'tv.spot.aired': { ...of, within: '5m' } }, asking)(MINUTE)
  expect([aired({ brand: 'flora' }), aired({ product: 'roses' }), aired({ product: 'tulips' })]).toEqual([
    true,
    true,
    false,
  ])
  const rival = { statements: [spotAt(0, { spot: 'X1', brand: 'thorn' })] }
  expect([aired({ brand: 'thorn' }, rival), aired({ brand: 'flora' }, rival)]).toEqual([true, false])
})

test('only who gets the feed has seen it; without a place it is who could, and what is limited to a region counts for nobody', () => {
  const aired = { 'tv.spot.aired': { spot: 'roses-30', within: '5m' } }
  const everywhere = { statements: [spotAt(0)] }
  const inWales = { statements: [spotAt(0, { areas: ['s/GB-WLS'] })] }
  const ofWales: Asking = { statements: [{ ...spotAt(0), feed: 'wales' }] }
  const seen = ({ statements }: Asking): boolean[] =>
    [
      undefined,
      {},
      { country: 'GB' },
      { country: 'GB', region: 'WLS' },
      { country: 'GB', region: 'GB-WLS' },
      { country: 'FR' },
    ].map((geo) => asker(aired, { statements: statements ?? [], geo })(MINUTE))
  expect(seen(everywhere)).toEqual([true, true, true, true, true, false])
  expect(seen(inWales)).toEqual([false, false, false, true, true, false])
  expect(seen(ofWales)).toEqual([false, false, false, true, true, false])
})

test('a programme is on by its id, genre, channel and feed, all that are named', () => {
  const airings = [{ programme: 'soap-1', title: 'Soap', genres: ['drama'], fromMs: START, toMs: START + 30 * MINUTE }]
  const asking: Asking = { statements: [{ feed: 'itv', source: 'schedule', airings }] }
  const isOn = (of: object): boolean => asker({ 'tv.airing.now': of as Condition }, asking)(MINUTE)
  expect(
    [
      ...[{ programme: 'soap-1' }, { genre: 'Drama' }, { channel: 'ITV' }, { feed: 'itv' }],
      ...[{ genre: 'drama', channel: 'ITV Wales' }, { programme: 'soap-1', genre: 'news' }, { programme: 'news' }],
    ].map(isOn),
  ).toEqual([true, true, true, true, false, false, false])
})

test('a placement comes later by the breaks before it, and may come a fifth later if nobody says when they are', () => {
  const airings = [{ programme: 'Soap', title: 'Soap', fromMs: START, toMs: START + 30 * MINUTE }]
  const lamp = { 'tv.placement.now': { product: 'lamp', offset: '0s' } }
  const said: Statement = { feed: 'itv', source: 'schedule', airings }
  const unknown = asker(lamp, { statements: [said] })
  const at = 10 * MINUTE
  expect([at - 1, at, at + 20 * SECOND + 2 * MINUTE - 1, at + 20 * SECOND + 2 * MINUTE].map(unknown)).toEqual([
    false,
    true,
    true,
    false,
  ])
  const breaks = [5, 25].map((minute) => ({ fromMs: START + minute * MINUTE, toMs: START + (minute + 3) * MINUTE }))
  const known = asker(lamp, { statements: [said, { feed: 'itv', source: 'cue', breaks }] })
  const later = at + 3 * MINUTE
  expect([at, later - 1, later, later + 20 * SECOND].map(known)).toEqual([false, false, true, false])
})

test('the part of the day is that of the feed, also on the night when clocks change', () => {
  const peak = asker({ 'tv.daypart': 'peak' }, {})
  expect([-1, 0, 3 * HOUR - 1, 3 * HOUR].map(peak)).toEqual([false, true, true, false])
  // 25 October 2026: 2:00 becomes 1:00 at 1:00 UTC.
  const breakfast = asker({ 'tv.daypart': 'breakfast' }, {})
  const six = Date.UTC(2026, 9, 25, 6) - START
  expect([breakfast(six - 1), breakfast(six)]).toEqual([false, true])
})

test('without a timeline nothing on TV is known: neither a condition nor its opposite holds', () => {
  const aired: Condition = { 'tv.spot.aired': { spot: 'roses-30', within: '5m' } }
  for (const condition of [aired, { $not: aired }])
    expect(decide(compile(catalogOf(condition)), { page, nowMs: START })[0]?.reason).toBe('no-match')
})

test.each([
  [{ 'tv.spot.aired': { spot: 'lilies', within: '5m' } }, 'unknown spot lilies: add it under tv.spots'],
  [
    { 'tv.spot.aired': { spot: 'roses-30', brand: 'thorn', within: '5m' } },
    'spot roses-30 is of another brand or product',
  ],
  [{ 'tv.spot.aired': { spot: 'roses-30' } }, 'say within which time, such as within: 5m'],
  [{ 'tv.spot.aired': { within: '5m' } }, 'say what to look for: one of spot, brand, product'],
  [{ 'tv.spot.aired': { spot: 'roses-30', within: '5 minutes' } }, 'expected a time such as 30s, 5m or 2h, up to 24h'],
  [{ 'tv.spot.aired': { spot: 'roses-30', within: '25h' } }, 'expected a time such as 30s, 5m or 2h, up to 24h'],
  [{ 'tv.airing.now': { channel: 'BBC One' } }, 'no feed is of channel BBC One: see tv.feeds'],
  [{ 'tv.airing.now': { title: 'Soap' } }, 'unknown field title: one of programme, genre, channel, feed, offset'],
  [{ 'tv.placement.now': { product: 'sofa' } }, 'no placement of sofa: add one under tv.placements'],
  [{ 'tv.airing.now': true }, 'expected what to look for: one of programme, genre, channel, feed'],
] as [Condition, string][])('%j is refused: %s', (condition, message) => {
  expect(() => compile(catalogOf(condition))).toThrow(message)
})

test('a condition on TV is refused in a catalog that has none', () => {
  const catalog = catalogOf({ 'tv.daypart': 'peak' })
  delete catalog.tv
  expect(() => compile(catalog)).toThrow('there is no TV: add feeds under tv')
})

const spots = fc.array(fc.tuple(fc.constantFrom('HDCM10648', 'tulips-20'), fc.integer({ min: -600, max: 1_500 })), {
  maxLength: 8,
})
const conditions = fc.constantFrom<Condition>(
  { 'tv.spot.aired': { spot: 'roses-30', within: '2m' } },
  { 'tv.spot.next': { brand: 'flora', within: '90s' } },
  {
    $and: [
      { 'tv.spot.aired': { brand: 'flora', within: '5m' } },
      { $not: { 'tv.spot.aired': { spot: 'tulips-20', within: '1m', offset: '0s' } } },
    ],
  },
)

test('at each second of a quarter of an hour the cues say what a decision says then', () => {
  fc.assert(
    fc.property(spots, conditions, (airings, condition) => {
      const compiled = compile(catalogOf(condition))
      const tv = createTimeline()
      for (const [index, [name, second]] of airings.entries())
        tv.state(spotAt(second * SECOND, { spot: name }), index + 1)
      const context = { page, geo: { country: 'GB' }, tv, nowMs: START }
      const now = decide(compiled, context)
      const { cues, untilMs } = cuesAhead(compiled, context, now, { aheadMs: 15 * MINUTE, most: 8 })
      for (let nowMs = START; nowMs < untilMs; nowMs += SECOND) {
        const told = cues.filter(({ atMs }) => atMs <= nowMs).at(-1)?.outcome ?? now[0]
        expect([nowMs - START, told?.reason]).toEqual([
          nowMs - START,
          decide(compiled, { ...context, nowMs })[0]?.reason,
        ])
      }
    }),
    { numRuns: 150 },
  )
})

test('a plan ends where its cues do not fit any more', () => {
  const compiled = compile(catalogOf({ 'tv.spot.aired': { brand: 'flora', within: '10s' } }))
  const tv = createTimeline()
  const spots = Array.from({ length: 14 }, (_, minute) => spotAt((minute + 1) * MINUTE).spots ?? [])
  tv.state({ feed: 'itv', source: 'schedule', spots: spots.flat() }, 1)
  const context = { page, geo: { country: 'GB' }, tv, nowMs: START }
  const { cues, untilMs } = cuesAhead(compiled, context, decide(compiled, context), { aheadMs: 15 * MINUTE, most: 8 })
  expect([cues.length, untilMs - START]).toEqual([8, 5 * MINUTE + 30 * SECOND])
})
