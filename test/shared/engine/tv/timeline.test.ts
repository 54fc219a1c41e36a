import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Airing,
  createTimeline,
  type SpotAiring,
  type Statement,
  type Timeline,
  TV_SOURCES,
} from '../../../../src/engine/index.ts'

const MINUTE = 60_000

function spot(name: string, fromMs: number, more: Partial<SpotAiring> = {}): SpotAiring {
  return { spot: name, fromMs, toMs: fromMs + 30_000, ...more }
}

function programme(title: string, fromMs: number, toMs: number): Airing {
  return { programme: title, title, fromMs, toMs }
}

function timelineOf(...statements: Statement[]): Timeline {
  const timeline = createTimeline()
  for (const [index, statement] of statements.entries()) timeline.state(statement, index + 1)
  return timeline
}

/** The starts of those that count, by what they are. */
function startsOf(timeline: Timeline, key: string): number[] {
  return timeline
    .of(key)
    .items.filter((item) => !timeline.isOff(item))
    .map(({ fromMs }) => fromMs)
}

test('the same statement twice is known once', () => {
  const said: Statement = {
    feed: 'itv',
    source: 'schedule',
    range: { fromMs: 0, toMs: 60 * MINUTE },
    airings: [programme('News', 0, 30 * MINUTE), programme('Film', 30 * MINUTE, 60 * MINUTE)],
    spots: [spot('roses', 10 * MINUTE)],
  }
  const timeline = timelineOf(said, said)
  expect(timeline.size()).toBe(3)
  expect(startsOf(timeline, 'spot:roses')).toEqual([10 * MINUTE])
})

test('a statement of a range takes the place of all that the source said of it, and of nothing else', () => {
  const timeline = timelineOf(
    {
      feed: 'itv',
      source: 'schedule',
      spots: [spot('roses', 0), spot('roses', 20 * MINUTE), spot('roses', 90 * MINUTE)],
    },
    { feed: 'itv', source: 'schedule', airings: [programme('News', 0, 30 * MINUTE)] },
    { feed: 'itv', source: 'schedule', range: { fromMs: 0, toMs: 60 * MINUTE }, spots: [spot('roses', 25 * MINUTE)] },
  )
  expect(startsOf(timeline, 'spot:roses')).toEqual([25 * MINUTE, 90 * MINUTE])
  expect(timeline.airingsOf('itv').items).toHaveLength(1)
})

test('an airing of one spot within 90 s is the same, as the stronger source has it, in whatever order they speak', () => {
  const planned: Statement = { feed: 'itv', source: 'schedule', spots: [spot('roses', 10 * MINUTE)] }
  const seen: Statement = { feed: 'itv', source: 'cue', spots: [spot('roses', 11 * MINUTE)] }
  for (const order of [
    [planned, seen],
    [seen, planned],
  ])
    expect(startsOf(timelineOf(...order), 'spot:roses')).toEqual([11 * MINUTE])
  const far: Statement = { feed: 'itv', source: 'cue', spots: [spot('roses', 12 * MINUTE)] }
  expect(startsOf(timelineOf(planned, far), 'spot:roses')).toEqual([10 * MINUTE, 12 * MINUTE])
})

test('one statement may have a spot twice within 90 s', () => {
  const said: Statement = { feed: 'itv', source: 'as-run', spots: [spot('roses', 0), spot('roses', MINUTE)] }
  expect(startsOf(timelineOf(said), 'spot:roses')).toEqual([0, MINUTE])
})

test('an as-run log of a range says what did not air, whether it comes before or after the plan', () => {
  const planned: Statement = { feed: 'itv', source: 'schedule', spots: [spot('roses', 0), spot('tulips', 5 * MINUTE)] }
  const asRun: Statement = {
    feed: 'itv',
    source: 'as-run',
    range: { fromMs: 0, toMs: 30 * MINUTE },
    spots: [spot('tulips', 5 * MINUTE + 4_000)],
  }
  for (const order of [
    [planned, asRun],
    [asRun, planned],
  ]) {
    const timeline = timelineOf(...order)
    expect([startsOf(timeline, 'spot:roses'), startsOf(timeline, 'spot:tulips')]).toEqual([[], [5 * MINUTE + 4_000]])
  }
})

test('a cancelled airing does not count, and a weaker source does not bring it back', () => {
  const cancelled: Statement = { feed: 'itv', source: 'manual', spots: [spot('roses', 0, { isCancelled: true })] }
  const planned: Statement = { feed: 'itv', source: 'schedule', spots: [spot('roses', 0)] }
  expect(startsOf(timelineOf(planned, cancelled, planned), 'spot:roses')).toEqual([])
  const aired: Statement = { feed: 'itv', source: 'cue', spots: [spot('roses', 2_000)] }
  expect(startsOf(timelineOf(planned, cancelled, aired), 'spot:roses')).toEqual([2_000])
})

test('two times of which one source says all leave each other as they are', () => {
  const of = (fromMs: number, toMs: number, atMs: number): Statement => ({
    feed: 'itv',
    source: 'as-run',
    range: { fromMs, toMs },
    spots: [spot('roses', atMs)],
  })
  const [first, second] = [of(0, 10 * MINUTE, 9.5 * MINUTE), of(10 * MINUTE, 20 * MINUTE, 10.5 * MINUTE)]
  const both = [9.5 * MINUTE, 10.5 * MINUTE]
  expect(startsOf(timelineOf(first, second), 'spot:roses')).toEqual(both)
  expect(startsOf(timelineOf(second, first, second), 'spot:roses')).toEqual(both)
})

test('statements of one revision are as many statements, and may be of one airing', () => {
  const timeline = createTimeline()
  timeline.state({ feed: 'itv', source: 'schedule', spots: [spot('roses', 0)] }, 1, 0)
  timeline.state({ feed: 'itv', source: 'as-run', spots: [spot('roses', 4_000, { isCancelled: true })] }, 1, 1)
  expect([startsOf(timeline, 'spot:roses'), timeline.size()]).toEqual([[], 1])
})

test('a region is told apart from another, and says nothing of the rest of the country', () => {
  const of = (source: Statement['source'], area: string | undefined, atMs: number, more = {}): Statement => ({
    feed: 'cbs',
    source,
    spots: [spot('roses', atMs, { ...(area === undefined ? {} : { areas: [area] }), ...more })],
  })
  const regional = timelineOf(of('cue', 's/US-CA', 0), of('cue', 's/US-NY', 2_000))
  expect(startsOf(regional, 'spot:roses')).toEqual([0, 2_000])
  const cancelled = of('as-run', 's/US-CA', 0, { isCancelled: true })
  expect(startsOf(timelineOf(of('schedule', undefined, 0), cancelled), 'spot:roses')).toEqual([0])
  // All of the country takes the place of each part.
  const national = timelineOf(of('schedule', 's/US-CA', 0), of('cue', undefined, 2_000))
  expect(startsOf(national, 'spot:roses')).toEqual([2_000])
  expect(startsOf(timelineOf(of('cue', undefined, 2_000), of('schedule', 's/US-CA', 0)), 'spot:roses')).toEqual([2_000])
})

test('a programme that overruns takes the place of what was planned meanwhile', () => {
  const timeline = timelineOf(
    {
      feed: 'itv',
      source: 'schedule',
      airings: [programme('Match', 0, 90 * MINUTE), programme('News', 90 * MINUTE, 120 * MINUTE)],
    },
    { feed: 'itv', source: 'cue', airings: [programme('Match', 0, 110 * MINUTE)] },
  )
  expect(timeline.airingsOf('itv').items.map(({ title }) => title)).toEqual(['Match'])
})

test('a spot or all of TV is switched off, and on again', () => {
  const timeline = timelineOf({ feed: 'itv', source: 'schedule', spots: [spot('roses', 0)] })
  for (const order of [{ scope: 'all' }, { scope: 'spot', name: 'roses' }] as const) {
    timeline.switch({ ...order, isOff: true }, 2)
    expect(startsOf(timeline, 'spot:roses')).toEqual([])
    timeline.switch({ ...order, isOff: false }, 3)
    expect(startsOf(timeline, 'spot:roses')).toEqual([0])
  }
})

test('what is long over, and what is further ahead than any schedule, is forgotten', () => {
  const day = 24 * 60 * MINUTE
  const timeline = timelineOf({
    feed: 'itv',
    source: 'schedule',
    spots: [spot('old', 0), spot('now', 3 * day), spot('far', 30 * day)],
  })
  timeline.prune(3 * day)
  expect(['old', 'now', 'far'].map((name) => startsOf(timeline, `spot:${name}`).length)).toEqual([0, 1, 0])
  expect([timeline.size(), timeline.of('spot:now').longestMs]).toEqual([1, 30_000])
})

const statement = fc
  .record({
    feed: fc.constantFrom('itv', 'c4'),
    source: fc.constantFrom(...TV_SOURCES),
    hasRange: fc.boolean(),
    from: fc.integer({ min: 0, max: 20 }),
    spots: fc.array(fc.tuple(fc.constantFrom('roses', 'tulips'), fc.integer({ min: 0, max: 20 })), { maxLength: 4 }),
    airings: fc.array(fc.tuple(fc.constantFrom('News', 'Film'), fc.integer({ min: 0, max: 20 })), { maxLength: 3 }),
  })
  .map(({ feed, source, hasRange, from, spots, airings }): Statement => ({
    feed,
    source,
    ...(hasRange ? { range: { fromMs: from * MINUTE, toMs: (from + 5) * MINUTE } } : {}),
    spots: spots.map(([name, at]) => spot(name, at * MINUTE)),
    // One source speaks of one programme at a time.
    airings: [...new Map(airings.map(([title, at]) => [at, title]))].map(([at, title]) =>
      programme(title, at * MINUTE, (at + 1) * MINUTE),
    ),
  }))

/** All that a timeline holds, without revisions. */
function contentOf(timeline: Timeline): unknown {
  const keys = ['spot:roses', 'spot:tulips', 'programme:News', 'programme:Film']
  return keys.map((key) =>
    timeline
      .of(key)
      .items.map(({ feed, fromMs, toMs, rank }) => `${feed} ${fromMs} ${toMs} ${rank}`)
      .sort(),
  )
}

test('a snapshot is of when it was taken, whatever changes while it is gone through', () => {
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 12 }), fc.array(statement, { maxLength: 12 }), (statements, later) => {
      const timeline = timelineOf(...statements)
      const before = contentOf(timeline)
      const copy = createTimeline()
      const { statements: all } = timeline.snapshot()
      for (const [index, each] of later.entries()) timeline.state(each, statements.length + 1 + index)
      for (const said of all) copy.state(said, statements.length)
      expect(contentOf(copy)).toEqual(before)
    }),
  )
})

test('a snapshot makes the same timeline, and the next statement changes both alike', () => {
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 12 }), statement, (statements, next) => {
      const timeline = timelineOf(...statements)
      const copy = createTimeline()
      for (const said of timeline.snapshot().statements) copy.state(said, statements.length)
      expect(contentOf(copy)).toEqual(contentOf(timeline))
      for (const each of [timeline, copy]) each.state(next, statements.length + 1)
      expect(contentOf(copy)).toEqual(contentOf(timeline))
    }),
    { numRuns: 2_000 },
  )
})

test('the order in which sources speak of a range decides nothing', () => {
  const said = (source: 'schedule' | 'cue' | 'as-run', minutes: number[]): Statement => ({
    feed: 'itv',
    source,
    range: { fromMs: 0, toMs: 30 * MINUTE },
    spots: minutes.map((at) => spot('roses', at * MINUTE)),
  })
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 29 })),
      fc.uniqueArray(fc.integer({ min: 0, max: 29 })),
      fc.uniqueArray(fc.integer({ min: 0, max: 29 })),
      fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      (planned, seen, ran, order) => {
        const all = [said('schedule', planned), said('cue', seen), said('as-run', ran)]
        const shuffled = order.map((index) => all[index] as Statement)
        expect(contentOf(timelineOf(...shuffled))).toEqual(contentOf(timelineOf(...all)))
      },
    ),
    { numRuns: 1_000 },
  )
})
