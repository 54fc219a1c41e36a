import { readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { open } from 'lmdb'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startConsumer } from '../../../src/consumers/consumer.ts'
import { openTallies } from '../../../src/consumers/report/open-tallies.ts'
import { rebuildReports } from '../../../src/consumers/report/rebuild-reports.ts'
import { createReportProjection } from '../../../src/consumers/report/report-projection.ts'
import { sealed } from '../../../src/consumers/report/sealed.ts'
import { encodeRecord, type StoredRecord } from '../../../src/ingest/record.ts'
import { buildReport } from '../../../src/report/build-report.ts'
import { openSegments } from '../../../src/streams/file-log/segments.ts'
import type { EventLog } from '../../../src/streams/log.ts'
import type { SiteTallies } from '../../../src/tally/tallies.ts'
import { naiveOutcomes } from '../../support/naive-tallies.ts'
import { temporaryDirectory } from '../../support/start-service.ts'
import {
  assigned,
  link,
  order,
  outcomeLines,
  PLAN,
  planRecord,
  textOfTallies,
  user,
} from '../../support/tally-records.ts'

const VISITORS = Array.from({ length: 300 }, (_none, index) => `visitor-${index}`)

/** Events of 300 visitors, some of them as users. */
const RECORDS: StoredRecord[] = VISITORS.flatMap((visitor, index) => [
  assigned(visitor, index % 50, { variant: index % 3 === 0 ? 'a' : 'b' }),
  order(visitor, (index % 50) + 5, `o-${index}`, { total: index % 90 }),
  ...(index % 10 === 0
    ? [
        link(visitor, `user-${index}`, 1),
        order(user(`user-${index}`), 60, `u-${index}`, { total: 20, isFromServer: true }),
      ]
    : []),
])

async function openLog(): Promise<{ log: EventLog; directory: string }> {
  const data = await temporaryDirectory()
  const log = await openSegments({ directory: join(data, 'log') })
  onTestFinished(() => log.close())
  return { log, directory: join(data, 'reports') }
}

/** Follows the log to its end. A crash keeps what was written, and no more. */
async function follow(log: EventLog, directory: string, { logId = 'one', crashes = false } = {}) {
  const problems: string[] = []
  const onProblem = (problem: string): unknown => problems.push(problem)
  const projection = createReportProjection({ log, logId, directory, onProblem, keepAfterMs: 3_600_000 })
  const consumer = startConsumer({ log, projections: [projection], onProblem })
  await projection.caughtUp()
  const tallies = projection.tallies('flora') as SiteTallies
  await consumer.stop()
  if (!crashes) await projection.close()
  return { tallies, problems }
}

test('however the log is cut, and wherever it was left by a crash, the sums are those of a naive count', async () => {
  const expected = naiveOutcomes(PLAN, RECORDS)
  const cut = fc.integer({ min: 1, max: RECORDS.length })
  await fc.assert(
    fc.asyncProperty(cut, fc.boolean(), async (at, crashes) => {
      const { log, directory } = await openLog()
      await log.append([planRecord(), ...RECORDS.slice(0, at)].map(encodeRecord))
      await follow(log, directory, { crashes })
      await log.append(RECORDS.slice(at).map(encodeRecord))
      const { tallies, problems } = await follow(log, directory)
      expect(problems).toEqual([])
      expect(outcomeLines(tallies)).toEqual(expected)
      const beside = openTallies(directory)
      expect(textOfTallies(beside.tallies('flora') as SiteTallies)).toBe(textOfTallies(tallies))
      await beside.close()
    }),
    { numRuns: 6 },
  )
})

/** Writes what is no count into a table. */
async function spoil(path: string, table: 'rows' | 'cells', key: [site: string, key: string], text: string) {
  const root = open({ path, maxDbs: 3 })
  await root.openDB<string, [site: string, key: string]>({ name: table, encoding: 'string' }).put(key, text)
  await root.close()
}

test('a count that is damaged while a service runs is told, and at the next start all are made anew', async () => {
  const { log, directory } = await openLog()
  await log.append([planRecord(), ...RECORDS].map(encodeRecord))
  const { tallies } = await follow(log, directory)
  const problems: string[] = []
  const onProblem = (problem: string): unknown => problems.push(problem)
  const projection = createReportProjection({ log, logId: 'one', directory, onProblem })
  await projection.ready
  await spoil(directory, 'rows', ['flora', 'visitor-1'], 'nonsense')
  const consumer = startConsumer({ log, projections: [projection], onProblem })
  const again = [assigned('visitor-1', 60), assigned('visitor-2', 60)]
  await log.append(again.map(encodeRecord))
  await projection.caughtUp()
  await consumer.stop()
  await projection.close()
  expect(problems[0]).toMatch(/^a count is not what was written/)
  const anew = await follow(log, directory)
  expect(outcomeLines(anew.tallies)).toEqual(outcomeLines(tallies))
})

test.each<[string, (directory: string) => Promise<unknown>, logId?: string]>([
  ['of another log', () => Promise.resolve(), 'other'],
  ['cut off', (directory) => truncate(join(directory, 'data.mdb'), 5_000)],
  ['not to be read', (directory) => spoil(directory, 'cells', ['flora', 'a 0 0 0'], sealed('nonsense'))],
  ['no file of ours', (directory) => writeFile(join(directory, 'data.mdb'), 'x'.repeat(20_000))],
])('counts that are %s are set aside, and made anew', async (_name, damage, logId = 'one') => {
  const { log, directory } = await openLog()
  await log.append([planRecord(), ...RECORDS].map(encodeRecord))
  const first = await follow(log, directory)
  await damage(directory)
  const second = await follow(log, directory, { logId })
  expect(second.problems).toEqual([expect.stringMatching(/set aside|are kept as/)])
  expect(textOfTallies(second.tallies)).toBe(textOfTallies(first.tallies))
  const names = [...(await readdir(dirname(directory))), ...(await readdir(directory))]
  expect(names.filter((name) => name.includes('.damaged-'))).toHaveLength(1)
})

test('counts that cannot be opened at first are ready as soon as they can', async () => {
  const { log, directory } = await openLog()
  await log.append([planRecord(), ...RECORDS].map(encodeRecord))
  const parent = join(dirname(directory), 'later')
  await writeFile(parent, '')
  const problems: string[] = []
  const onProblem = (problem: string): unknown => problems.push(problem)
  const projection = createReportProjection({ log, logId: 'one', directory: join(parent, 'reports'), onProblem })
  const consumer = startConsumer({ log, projections: [projection], onProblem, retryAfterMs: 5 })
  await vi.waitFor(() => expect(problems).not.toEqual([]))
  await rm(parent)
  await projection.ready
  await projection.caughtUp()
  expect(outcomeLines(projection.tallies('flora') as SiteTallies)).toEqual(naiveOutcomes(PLAN, RECORDS))
  await consumer.stop()
  await projection.close()
})

test('all is counted anew from the log by a call, and what was there goes', async () => {
  const { log, directory } = await openLog()
  await log.append([planRecord(), ...RECORDS].map(encodeRecord))
  const shares: number[] = []
  const onProblem = (problem: string): unknown => expect.fail(problem)
  await rebuildReports({ log, logId: 'one', directory, onProblem, onProgress: (share) => shares.push(share) })
  const beside = openTallies(directory)
  expect(outcomeLines(beside.tallies('flora') as SiteTallies)).toEqual(naiveOutcomes(PLAN, RECORDS))
  await beside.close()
  expect(shares.at(-1)).toBe(1)
})

test('counts of a log that has lost its beginning say so, also after they are read again', async () => {
  const { log, directory } = await openLog()
  await log.append([planRecord(), ...RECORDS].map(encodeRecord))
  await log.trim?.({ upTo: log.end, olderThanMs: Infinity, maxBytes: 0 })
  const late = planRecord(PLAN, 3)
  await log.append([late, ...RECORDS.slice(0, 10)].map(encodeRecord))
  const { tallies, problems } = await follow(log, directory)
  expect(problems).toEqual([`the log begins at ${log.begin}: reports lack what was before`])
  expect(tallies.sinceMs).toBe(late.receivedMs)
  const again = await follow(log, directory)
  expect(again).toMatchObject({ problems: [], tallies: { sinceMs: late.receivedMs } })
  const { remarks } = buildReport(again.tallies, { atMs: late.receivedMs, interval: 'fixed' })
  expect(remarks[0]).toMatchObject({ code: 'begun_late', message: expect.stringContaining('since 2026-11-01') })
})
