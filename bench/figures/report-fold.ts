import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlacedRecord } from '../../server/src/consumers/projection.ts'
import { createReportProjection } from '../../server/src/consumers/report/report-projection.ts'
import { createTimeSlice } from '../../server/src/consumers/time-slice.ts'
import type { EventRecord, StoredRecord } from '../../server/src/ingest/record.ts'
import type { EventLog } from '../../server/src/streams/log.ts'
import type { Plan } from '../../server/src/tally/plan.ts'
import type { Measurement } from '../figure.ts'

const VISITORS = 20_000
const EVENTS_A_VISITOR = 20

/** Records that are applied at once: those of 128 visitors. */
const PIECE = 128 * EVENTS_A_VISITOR

const NOW = Date.UTC(2026, 10, 1)

const PLAN: Plan = {
  version: 'v1',
  holdout: { share: 0.1, seed: 'holdout' },
  goals: [
    {
      ...{ id: 'orders', name: 'orders', event: 'Order Completed', of: 'total', most: 500, by: 'order_id' },
      ...{ withinMs: 604_800_000, isPrimary: true },
    },
    { id: 'signups', name: 'signups', event: 'Signed Up', withinMs: 604_800_000 },
  ],
  experiences: Array.from({ length: 10 }, (_none, index) => ({
    ...{ id: `experience-${index}`, slot: `slot-${index}`, seed: `experience-${index}` },
    variants: [
      { id: 'a', share: 0.5 },
      { id: 'b', share: 0.5, isControl: true as const },
    ],
  })),
}

function event(
  visitor: number,
  number: number,
  name: string,
  properties: { [name: string]: string | number },
): EventRecord {
  const [visitorId, messageId] = [`visitor-${visitor}`.padEnd(22, '0'), `${visitor}-${number}-${name}`]
  const atMs = NOW + 60_000 + number
  return {
    ...{ kind: 'event', site: 'shop', visitorId, receivedMs: atMs, atMs },
    event: { type: 'track', messageId, timestamp: '2026-11-01T00:00:00.000Z', event: name, properties },
  }
}

function assigned(visitor: number, number: number): EventRecord {
  const variant = (visitor + number) % 2 === 0 ? 'a' : 'b'
  const said = { experience: `experience-${number}`, variant, outcome: 'shown', catalog: 'v1' }
  return event(visitor, number, 'pp:assigned', said)
}

/** Records of all visitors, those of each together, as browsers send them. */
function everybody(make: (visitor: number, number: number) => StoredRecord, each: number): StoredRecord[] {
  return Array.from({ length: VISITORS * each }, (_none, index) => make(Math.floor(index / each), index % each))
}

/** Counting into a folder of its own. */
async function openCounting() {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-bench-'))
  let end = 0
  const log = Object.defineProperty({ begin: 0 }, 'end', { get: () => end }) as EventLog
  const projection = createReportProjection({
    ...{ log, logId: 'bench', directory: join(directory, 'reports'), keepAfterMs: 60_000 },
    onProblem(problem, cause) {
      throw new Error(problem, { cause })
    },
  })
  await projection.ready
  return {
    projection,
    /** Counts records; resolves with the CPU time of each, in µs. */
    async count(records: readonly StoredRecord[]): Promise<number> {
      const placed = records.map((record): PlacedRecord => ({ record, offset: end, nextOffset: ++end }))
      const started = process.cpuUsage()
      for (let from = 0; from < placed.length; from += PIECE) {
        const piece = placed.slice(from, from + PIECE)
        await projection.apply(piece, (piece.at(-1) as PlacedRecord).nextOffset, createTimeSlice())
      }
      const { user, system } = process.cpuUsage(started)
      return (user + system) / records.length
    },
    async close(): Promise<number> {
      await projection.close()
      const { size } = await stat(join(directory, 'reports', 'data.mdb'))
      await rm(directory, { recursive: true })
      return size
    },
  }
}

/** Counting of visitors by variant and goal: 20,000 visitors in three of ten experiences, 20 events each, two goals and a holdout. */
export const reportFold: Measurement = {
  title: `${(VISITORS * EVENTS_A_VISITOR).toLocaleString('en')} events counted for reports`,
  families: ['report.foldUs', 'report.goalUs', 'report.diskBytes'],
  async measure() {
    const counting = await openCounting()
    await counting.count([{ kind: 'plan', site: 'shop', receivedMs: NOW, plan: PLAN }, ...everybody(assigned, 3)])
    // Later than the assignments, as what a visitor does on the page.
    const viewed = (visitor: number, number: number) =>
      event(visitor, number + EVENTS_A_VISITOR, 'Product Viewed', { sku: `s-${number}` })
    const foldUs = await counting.count(everybody(viewed, EVENTS_A_VISITOR))
    const ordered = (visitor: number, number: number) =>
      event(visitor, number, 'Order Completed', { order_id: `${visitor}-${number}`, total: 9.5 + number })
    const goalUs = await counting.count(everybody(ordered, EVENTS_A_VISITOR))
    const sizeBytes = await counting.close()
    return [
      { name: 'report.foldUs', value: foldUs, unit: 'µs', limit: 1 },
      { name: 'report.goalUs', value: goalUs, unit: 'µs', limit: 5 },
      { name: 'report.diskBytes', value: sizeBytes / VISITORS, unit: 'B', limit: 4_096 },
    ]
  },
}
