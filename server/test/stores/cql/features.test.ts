import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { StoredRecord } from '../../../src/ingest/record.ts'
import { parseCqlAddress } from '../../../src/stores/cql/address.ts'
import { openCqlStore } from '../../../src/stores/cql/cql.ts'
import type { ProfileStore } from '../../../src/stores/store.ts'
import type { LogEntry } from '../../../src/streams/log.ts'
import { declaredIn } from '../../support/declared.ts'
import {
  counting,
  declaring,
  feature,
  foldInBatches,
  memoryLog,
  openProjection,
  rowsIn,
  START_MS,
  viewed,
} from '../../support/feature-log.ts'
import { createMemoryCluster, type MemoryCluster } from '../../support/memory-cluster.ts'

/** Clusters in memory, by keyspace. */
const clusters = vi.hoisted(() => new Map<string, { session(): unknown }>())

vi.mock('../../../src/stores/cql/driver/session.ts', async (original) => ({
  ...(await original<object>()),
  openSession: async ({ address }: { address: { keyspace: string } }) => clusters.get(address.keyspace)?.session(),
}))

const VISITORS = ['ann', 'bob', 'eve']
const FEATURES = [
  counting('views'),
  feature('bought', { kind: 'since', event: 'Bought' }),
  feature('session', { kind: 'session', timeoutMs: 1_800_000 }),
]
let keyspaces = 0

/** A store in a cluster of its own, or in a given one. */
async function open(cluster: MemoryCluster = createMemoryCluster(), logId = 'log') {
  const keyspace = `k${keyspaces++}`
  clusters.set(keyspace, cluster)
  const address = parseCqlAddress(`cql://h/${keyspace}?dc=dc1`)
  const store = openCqlStore({ address, credentials: {}, logId, now: () => START_MS, onProblem: () => undefined })
  await store.opened()
  return { store, cluster }
}

const record = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(fc.nat(200), fc.constantFrom(...VISITORS), fc.constantFrom('Viewed', 'Bought'))
      .map(([number, visitor, name]): StoredRecord => viewed(number, visitor, name)),
  },
  { weight: 2, arbitrary: fc.subarray(FEATURES).map((features): StoredRecord => declaring(features)) },
)

async function outcome(store: ProfileStore) {
  return [await rowsIn(store, VISITORS), await declaredIn(store)]
}

test('a crash after any write of a commit leaves a cluster in which folding goes on to the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { maxLength: 60 }),
      fc.nat(60),
      fc.constantFrom(1, 7),
      async (records, after, size) => {
        const log = memoryLog(records)
        const whole = await open()
        await foldInBatches(log, whole.store, 1_000)
        const crashed = await open()
        let writes = 0
        crashed.cluster.failure = (name) => (/^write/.test(name) && ++writes > after ? new Error('killed') : undefined)
        await foldInBatches(log, crashed.store, size).catch(() => undefined)
        crashed.cluster.failure = () => undefined
        const again = await open(crashed.cluster)
        await foldInBatches(log, again.store, size)
        expect(await outcome(again.store)).toEqual(await outcome(whole.store))
        await Promise.all([whole, crashed, again].map(({ store }) => store.close()))
      },
    ),
    { numRuns: 60 },
  )
})

test('features go on from one log to the next, which says itself what is in force', async () => {
  const { store, cluster } = await open()
  await foldInBatches(memoryLog([declaring([counting('views')]), viewed(1, 'ann')]), store, 1)
  const [first] = (await store.readDefinitions()).get('site')?.features ?? []
  const next = await open(cluster, 'next')
  await foldInBatches(memoryLog([viewed(2, 'ann'), declaring([counting('views')]), viewed(3, 'bob')]), next.store, 1)
  const definitions = (await next.store.readDefinitions()).get('site')
  expect(definitions).toMatchObject({ features: [first], at: { epoch: 2 } })
  const known = await next.store.readFacts('site', 'ann')
  expect(known).toMatchObject({ events: { Viewed: 2 }, began: { epoch: 1 }, features: { at: { epoch: 2 } } })
  // Of an earlier log's profiles nobody may say that there are none.
  expect(first?.isFilled).toBe(true)
  const third = await open(cluster, 'third')
  await foldInBatches(memoryLog([declaring([counting('views'), counting('new')])]), third.store, 1)
  const last = (await third.store.readDefinitions()).get('site')?.features.find(({ id }) => id === 'new')
  expect(last).toMatchObject({ since: { epoch: 3 } })
  expect(last).not.toHaveProperty('isFilled')
})

test('a service whose log is an older one than that which has declared features is fenced', async () => {
  const { store, cluster } = await open()
  const next = await open(cluster, 'next')
  await next.store.resumePoint()
  await store.resumePoint()
  const later = await open(cluster, 'later')
  await foldInBatches(memoryLog([declaring([counting('views')])]), later.store, 1)
  await expect(foldInBatches(memoryLog([viewed(1, 'ann')]), store, 1)).rejects.toThrow('declared by a later log')
})

test('of two declarations that a cluster is told, the later one stays, whenever it arrives', async () => {
  const { store } = await open()
  const definitions = (id: string, writtenUs: number) =>
    new Map([['site', { features: [], at: { epoch: 1, offset: 1 }, writtenUs, id }]])
  await store.commit([], { epoch: 1, offset: 2, definitions: definitions('later', 20) })
  await store.commit([], { epoch: 1, offset: 2, definitions: definitions('earlier', 10) })
  expect((await store.readDefinitions()).get('site')).toMatchObject({ id: 'later' })
})

test('what a cluster forgets of declarations is written again', async () => {
  const { store, cluster } = await open()
  const log = memoryLog([declaring([counting('views')]), viewed(1, 'ann'), viewed(2, 'ann')])
  const listeners: (() => void)[] = []
  const losing: ProfileStore = { ...store, onLoss: (listener) => void listeners.push(listener) }
  const { projection, decode } = openProjection(log, losing)
  projection.onLoss?.(() => undefined)
  await projection.resume()
  const step = async (index: number): Promise<void> => {
    const entry = log.entries[index] as LogEntry
    await projection.apply(decode([entry]), entry.nextOffset, () => undefined)
  }
  await step(0)
  await step(1)
  const written = (): number => cluster.asked.filter(({ name }) => name === 'writeDefinitions').length
  expect(written()).toBe(1)
  for (const listener of listeners) listener()
  await step(2)
  expect(written()).toBe(2)
})
