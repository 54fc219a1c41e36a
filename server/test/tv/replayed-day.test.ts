import type { Statement } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { playDay } from '../../src/tv/play-day.ts'
import { replayedDay, withdrawalOf } from '../../src/tv/replayed-day.ts'

const times = { fromMs: 100_000, toMs: 400_000, startMs: 5_000_000, speed: 10 }

const spot = (name: string, fromMs: number) => ({ spot: name, fromMs, toMs: fromMs + 30_000 })

const plan: Statement = {
  feed: 'one',
  source: 'schedule',
  range: { fromMs: 0, toMs: 1_000_000 },
  spots: [spot('over', 60_000), spot('running', 90_000), spot('next', 200_000), spot('behind', 400_000)],
}
const log: Statement = { feed: 'one', source: 'as-run', spots: [spot('seen', 300_000), spot('first', 100_000)] }

test('times are moved to the start, and pass at the speed; what is over or behind is left out', () => {
  const { planned, told, starts, endMs } = replayedDay([plan, log], times)
  expect(planned).toEqual([
    {
      ...{ feed: 'one', source: 'schedule', range: { fromMs: 4_999_000, toMs: 5_030_000 } },
      spots: [
        { spot: 'running', fromMs: 4_999_000, toMs: 5_002_000 },
        { spot: 'next', fromMs: 5_010_000, toMs: 5_013_000 },
      ],
    },
  ])
  expect(told.map(({ atMs, statement }) => [atMs, statement.spots?.[0]?.spot])).toEqual([
    [5_000_000, 'first'],
    [5_020_000, 'seen'],
  ])
  expect([starts, endMs]).toEqual([[4_999_000, 5_000_000, 5_010_000, 5_020_000], 5_030_000])
})

test('a feed of which a schedule says that nothing airs is told of as empty', () => {
  const { planned } = replayedDay([{ feed: 'one', source: 'schedule', breaks: [] }], times)
  expect(planned).toEqual([
    { feed: 'one', source: 'schedule', range: { fromMs: 5_000_000, toMs: 5_030_000 }, breaks: [] },
  ])
})

test('a withdrawal has what is still to come, of the lists that were told', () => {
  expect(withdrawalOf(replayedDay([plan, log], times), 5_005_000)).toEqual([
    { feed: 'one', source: 'schedule', range: { fromMs: 5_005_000, toMs: 5_030_000 }, spots: [] },
  ])
  expect(withdrawalOf(replayedDay([plan, log], times), 5_030_000)).toEqual([])
})

test('plans are sent first, records and cues as they begin, and the day ends by itself', async () => {
  let nowMs = times.startMs
  const sent: [number, string[]][] = []
  const ticksMs: number[] = []
  const isWhole = await playDay(replayedDay([plan, log], times), {
    send(statements) {
      sent.push([nowMs, statements.flatMap(({ spots = [] }) => spots.map((one) => one.spot))])
      return Promise.resolve(statements.length)
    },
    now: () => nowMs,
    wait(ms) {
      nowMs += ms
      return Promise.resolve()
    },
    isEnded: () => false,
    tickMs: 8_000,
    onTick: (ms) => ticksMs.push(ms),
  })
  expect(sent).toEqual([
    [5_000_000, ['running', 'next']],
    [5_000_000, ['first']],
    [5_020_000, ['seen']],
  ])
  expect([isWhole, ticksMs]).toEqual([true, [5_000_000, 5_008_000, 5_016_000, 5_020_000, 5_028_000, 5_030_000]])
})
