import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startConsumer } from '../../../src/consumers/consumer.ts'
import { createReportProjection } from '../../../src/consumers/report/report-projection.ts'
import { openTallyStore, type RowPlace } from '../../../src/consumers/report/tally-store.ts'
import { encodeRecord, type StoredRecord } from '../../../src/ingest/record.ts'
import { openSegments } from '../../../src/streams/file-log/segments.ts'
import { temporaryDirectory } from '../../support/start-service.ts'
import {
  assigned,
  BEGAN_MS,
  erasure,
  event,
  link,
  order,
  outcomeLines,
  planRecord,
  textOfTallies,
  user,
} from '../../support/tally-records.ts'

const DAY_MS = 86_400_000

/** Life of a row after its last event, in days: 390, and the week in which it says nothing anew. */
const LIFE_DAYS = 397

/** Ids whose rows are stored, as a reader beside sees them. */
async function storedIds(directory: string): Promise<string[]> {
  const store = openTallyStore(directory, true)
  const { found } = store.rowsAfter(undefined, 1_000)
  await store.close()
  return found.map(({ place: [, id] }) => id)
}

/** A projection that follows a log by a clock that stands `days` after the plan. */
async function openReports() {
  const data = await temporaryDirectory()
  const directory = join(data, 'reports')
  const log = await openSegments({ directory: join(data, 'log') })
  let nowMs = BEGAN_MS
  const onProblem = (problem: string): unknown => expect.fail(problem)
  const open = () =>
    createReportProjection({ log, logId: 'one', directory, onProblem, keepAfterMs: 3_600_000, now: () => nowMs })
  let projection = open()
  onTestFinished(async () => {
    await projection.close()
    await log.close()
  })
  async function follow(): Promise<void> {
    const consumer = startConsumer({ log, projections: [projection], onProblem })
    await projection.caughtUp()
    await consumer.stop()
  }
  await log.append([encodeRecord(planRecord())])
  return {
    append: (records: readonly StoredRecord[]) => log.append(records.map(encodeRecord)),
    follow,
    async count(records: readonly StoredRecord[]) {
      await log.append(records.map(encodeRecord))
      await follow()
    },
    tallies: () => projection.tallies('flora') ?? expect.fail('nothing is counted'),
    /** Leaves what is not written behind, and begins with what is. */
    async crash() {
      projection = open()
      await follow()
    },
    /** Removes all that is over so many days after the plan, some rows at once; returns the number in each slice. */
    async removeEnded(days: number, limit = 100, between?: (slices: number) => Promise<void>): Promise<number[]> {
      nowMs = BEGAN_MS + days * DAY_MS
      const removed: number[] = []
      let place: RowPlace | undefined
      do {
        const step = await projection.removeEnded(place, limit)
        removed.push(step.removed)
        place = step.place
        await between?.(removed.length)
      } while (place)
      return removed
    },
    rows: () => storedIds(directory),
  }
}

const VISITORS = Array.from({ length: 25 }, (_none, index) => `v${String(index).padStart(2, '0')}`)

test('rows end some at a time when no event has come for their life, and what they added to the sums stays', async () => {
  const { count, tallies, removeEnded, rows, crash } = await openReports()
  await count(VISITORS.flatMap((visitor) => [assigned(visitor, 0), order(visitor, 1, visitor, { total: 9 })]))
  await count([event('v03', 'Viewed', 10 * 24)])
  const before = textOfTallies(tallies())
  expect(await removeEnded(LIFE_DAYS - 1)).toEqual([0])
  expect(await removeEnded(LIFE_DAYS + 1, 10)).toEqual([9, 10, 5])
  expect(await rows()).toEqual(['v03'])
  expect(textOfTallies(tallies())).toBe(before)
  await crash()
  expect(textOfTallies(tallies())).toBe(before)
  expect(await rows()).toEqual(['v03'])
})

test('whoever comes back begins anew: nothing in memory gives back what has ended', async () => {
  const { count, tallies, removeEnded, rows } = await openReports()
  await count([assigned('v1', 0), order('v1', 1, 'o1', { total: 9 })])
  expect(await removeEnded(LIFE_DAYS + 1)).toEqual([1])
  await count([order('v1', LIFE_DAYS * 24, 'o2', { total: 5 })])
  expect(outcomeLines(tallies())[0]).toContain(': 1 1 900 ')
  await count([assigned('v1', LIFE_DAYS * 24 + 1)])
  expect(tallies().arrivals.map(({ assigned: visitors }) => visitors)).toEqual([1, 1])
  expect(await removeEnded(LIFE_DAYS + 2)).toEqual([0])
  expect(await rows()).toEqual(['v1'])
})

test('a row that has changed since the first slice is not over, though what is stored of it looks so', async () => {
  const { count, removeEnded, rows } = await openReports()
  await count(['v1', 'v2', 'v3'].map((visitor) => assigned(visitor, 0)))
  const comeBack = async (slices: number): Promise<void> => {
    if (slices === 1) await count([event('v2', 'Viewed', 390 * 24)])
  }
  expect(await removeEnded(LIFE_DAYS + 1, 1, comeBack)).toEqual([1, 0, 1, 0])
  expect(await rows()).toEqual(['v2'])
})

test('nothing is over before all is counted that has come', async () => {
  const { append, count, follow, removeEnded } = await openReports()
  await count([assigned('v1', 0), assigned('v2', 0)])
  await append([event('v1', 'Viewed', 390 * 24)])
  expect(await removeEnded(LIFE_DAYS + 1)).toEqual([0])
  await follow()
  expect(await removeEnded(LIFE_DAYS + 1)).toEqual([1])
})

test('a user’s row lasts as long as those of its visitors, so that an erasure takes its orders out of theirs', async () => {
  const { count, tallies, removeEnded, rows } = await openReports()
  const ann = user('ann')
  await count([assigned('v1', 0), link('v1', 'ann', 1), order(ann, 2, 'o1', { total: 9, isFromServer: true })])
  await count([event('v1', 'Viewed', 100 * 24), link('v1', 'bob', 101 * 24)])
  expect(await removeEnded(LIFE_DAYS + 1)).toEqual([0])
  await count([erasure(ann)])
  expect(outcomeLines(tallies())[0]).toContain(': 1 0 0 ')
  expect(await removeEnded(LIFE_DAYS + 102)).toEqual([2])
  expect(await rows()).toEqual([])
})

test('whoever is erased after the row has ended stays in the sums', async () => {
  const { count, tallies, removeEnded } = await openReports()
  await count([assigned('v1', 0)])
  await removeEnded(LIFE_DAYS + 1)
  await count([erasure('v1')])
  expect(tallies()).toMatchObject({ erased: 0, arrivals: [{ assigned: 1 }] })
})
