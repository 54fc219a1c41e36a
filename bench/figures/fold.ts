import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Feature, FeatureDefinition } from 'prepaint/engine'
import { startConsumer } from '../../server/src/consumers/consumer.ts'
import { createProfileProjection } from '../../server/src/consumers/profiles/profile-projection.ts'
import { encodeRecord, type StoredRecord } from '../../server/src/ingest/record.ts'
import { visitorId } from '../../server/src/loadtest/visitors.ts'
import { openLmdbStore } from '../../server/src/stores/lmdb/lmdb.ts'
import { openSegments } from '../../server/src/streams/file-log/segments.ts'
import { EVENTS_A_BATCH, viewed } from '../events/batches.ts'
import type { Measurement } from '../figure.ts'

const SITE = 'bench'
const BATCHES = 10_000
const DAY_MS = 86_400_000
const FIRST_MS = Date.UTC(2026, 10, 1)

/** As a shop may have them: of every kind one, and one more that no event of the log meets. */
const DEFINITIONS: FeatureDefinition[] = [
  { kind: 'count', event: 'Product Viewed', withinMs: 7 * DAY_MS },
  { kind: 'count', event: 'Product Viewed', where: { category: 'shoes' }, withinMs: 30 * DAY_MS },
  { kind: 'sum', event: 'Product Viewed', of: 'price', withinMs: 90 * DAY_MS },
  { kind: 'since', event: 'Product Viewed', where: { price: { $gt: 80 } } },
  { kind: 'first', event: 'Product Viewed', of: 'category' },
  { kind: 'last', event: 'Product Viewed', of: 'category' },
  { kind: 'distinct', event: 'Product Viewed', of: 'product_id', withinMs: 7 * DAY_MS },
  { kind: 'top', event: 'Product Viewed', of: 'category', halfLifeMs: 7 * DAY_MS },
  { kind: 'ever', event: 'Order Completed' },
  { kind: 'session', timeoutMs: 1_800_000 },
]

const features: Feature[] = DEFINITIONS.map((definition, index) => ({ id: `feature-${index}`, definition }))

/** A batch of one visitor, a minute after the one before. */
function batchAt(index: number): StoredRecord[] {
  const receivedMs = FIRST_MS + index * 60_000
  return Array.from({ length: EVENTS_A_BATCH }, (_none, event) => ({
    kind: 'event',
    ...{ site: SITE, visitorId: visitorId(index), receivedMs, atMs: receivedMs },
    event: {
      messageId: `${index}-${event}`,
      timestamp: new Date(receivedMs).toISOString(),
      ...viewed(index * EVENTS_A_BATCH + event),
    } as Extract<StoredRecord, { kind: 'event' }>['event'],
  }))
}

/** Folds a log of so many features into an empty store; returns the events a second of wall time, and a second of CPU time. */
async function fold(declared: readonly Feature[]): Promise<{ perSec: number; perCpuSec: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-fold-'))
  const log = await openSegments({ directory: join(directory, 'log') })
  await log.append([encodeRecord({ kind: 'features', site: SITE, receivedMs: FIRST_MS, features: [...declared] })])
  for (let index = 0; index < BATCHES; index += 50)
    await log.append(
      Array.from({ length: 50 }, (_none, one) => batchAt(index + one))
        .flat()
        .map(encodeRecord),
    )
  const store = openLmdbStore(join(directory, 'profiles'))
  const onProblem = (problem: string): void => {
    throw new Error(problem)
  }
  const startMs = performance.now()
  const started = process.cpuUsage()
  const consumer = startConsumer({ log, projections: [createProfileProjection({ log, store, onProblem })], onProblem })
  await consumer.caughtUp()
  const seconds = (performance.now() - startMs) / 1_000
  const { user, system } = process.cpuUsage(started)
  await consumer.stop()
  await store.close()
  await log.close()
  await rm(directory, { recursive: true })
  const events = BATCHES * EVENTS_A_BATCH
  return { perSec: events / seconds, perCpuSec: (events * 1_000_000) / (user + system) }
}

/** Events of a log that are folded into profiles in LMDB, with ten features; 20 events a batch and visitor. */
export const foldEvents: Measurement = {
  title: `${(BATCHES * EVENTS_A_BATCH).toLocaleString('en')} events folded into profiles with ${features.length} features`,
  families: ['fold.eventsPerSec'],
  async measure() {
    await fold(features)
    const bare = await fold([])
    const { perSec, perCpuSec } = await fold(features)
    const told = [bare.perSec, bare.perCpuSec, perCpuSec].map((value) => Math.round(value).toLocaleString('en'))
    process.stderr.write(
      `  without features ${told[0]}/s (${told[1]} a second of CPU time), with them ${told[2]} a second of CPU time\n`,
    )
    return [{ name: 'fold.eventsPerSec', value: perSec, unit: 'events/s', limit: 100_000, isFloor: true }]
  },
}
