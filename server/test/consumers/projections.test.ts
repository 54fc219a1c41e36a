import type { Event } from 'prepaint/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { startConsumer } from '../../src/consumers/consumer.ts'
import { createProfileProjection } from '../../src/consumers/profiles/profile-projection.ts'
import type { PlacedRecord, Projection } from '../../src/consumers/projection.ts'
import { encodeRecord } from '../../src/ingest/record.ts'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import type { ProfileStore } from '../../src/stores/store.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import type { LogRecord } from '../../src/streams/log.ts'
import { temporaryDirectory } from '../support/start-service.ts'

let lastId = 0

function record(visitorId: string): LogRecord {
  const event: Event = { type: 'track', event: 'Viewed', messageId: `m${lastId++}`, timestamp: '' }
  return encodeRecord({ kind: 'event', site: 'site', visitorId, receivedMs: 1, atMs: 1, event })
}

async function openParts() {
  const directory = await temporaryDirectory()
  const log = await openSegments({ directory: `${directory}/log` })
  const store = openLmdbStore(`${directory}/profiles`)
  onTestFinished(async () => {
    await log.close()
    await store.close()
  })
  const problems: string[] = []
  return { log, store, problems, onProblem: (problem: string): unknown => problems.push(problem) }
}

async function views(store: ProfileStore, visitorId: string): Promise<number | undefined> {
  return (await store.readFacts('site', visitorId))?.events['Viewed']
}

/** A projection beside the profiles that begins at its own place; it fails as often as it is told to, or takes for ever. */
function besides(start: number, behave: { failures?: number; hangs?: true } = {}) {
  const seen: PlacedRecord[] = []
  let failures = behave.failures ?? 0
  let position = start
  const projection: Projection = {
    name: 'reports',
    holdsUp: false,
    resume: () => Promise.resolve({ from: position, appliedTo: position }),
    async apply(records, nextOffset) {
      if (behave.hangs) await new Promise(() => undefined)
      if (failures-- > 0) throw new Error('disk full')
      seen.push(...records)
      position = nextOffset
    },
  }
  return { projection, seen, position: () => position }
}

test('a second projection gets the same records from its own place on, as the very same objects once both have caught up', async () => {
  const { log, store, problems, onProblem } = await openParts()
  await log.append(Array.from({ length: 300 }, () => record('early')))
  const second = log.end
  await log.append([record('v')])
  const applied: PlacedRecord[] = []
  const profiles = createProfileProjection({ log, store, onProblem })
  const { projection, seen, position } = besides(second)
  const consumer = startConsumer({
    log,
    projections: [
      {
        ...profiles,
        apply(records, nextOffset, pause) {
          applied.push(...records)
          return profiles.apply(records, nextOffset, pause)
        },
      },
      projection,
    ],
    onProblem,
  })
  onTestFinished(() => consumer.stop())
  await consumer.caughtUp()
  await expect.poll(position).toBe(log.end)
  await log.append([record('v'), record('w')])
  await consumer.caughtUp()
  await expect.poll(position).toBe(log.end)
  expect(seen).toEqual(applied.filter(({ offset }) => offset >= second))
  expect(seen.map(({ record }) => 'visitorId' in record && record.visitorId)).toEqual(['v', 'v', 'w'])
  const newest = applied.slice(-2).map((placed) => placed.record)
  seen.slice(-2).forEach((placed, index) => expect(placed.record).toBe(newest[index]))
  expect([await views(store, 'early'), await views(store, 'v')]).toEqual([300, 2])
  expect(problems).toEqual([])
})

test('a projection that does not hold up the service delays nobody when it fails, hangs or is far behind', async () => {
  const { log, store, problems, onProblem } = await openParts()
  const failing = besides(0, { failures: 2 })
  const hanging = besides(0, { hangs: true })
  await log.append(Array.from({ length: 300 }, () => record('v')))
  const consumer = startConsumer({
    log,
    projections: [createProfileProjection({ log, store, onProblem }), failing.projection, hanging.projection],
    maxFailingBytes: 1,
    retryAfterMs: 1,
    onProblem,
  })
  await consumer.caughtUp()
  expect([consumer.pendingBytes(), consumer.isBehind(), await views(store, 'v')]).toEqual([0, false, 300])
  await expect.poll(failing.position).toBe(log.end)
  expect(failing.seen).toHaveLength(300)
  expect(problems).toEqual(Array.from({ length: 2 }, () => 'reports cannot be written; the next try is in 1 ms'))
})

test('nothing is removed from the log that some projection still needs', async () => {
  const { log, store, onProblem } = await openParts()
  await log.append([record('v')])
  const hanging = besides(0, { hangs: true })
  const consumer = startConsumer({
    log,
    projections: [createProfileProjection({ log, store, onProblem }), hanging.projection],
    onProblem,
  })
  await consumer.caughtUp()
  expect(await consumer.resumesAt()).toBe(0)
})
