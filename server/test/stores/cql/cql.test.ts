import { beforeEach, expect, test, vi } from 'vitest'
import { fold } from '../../../src/profiles/fold.ts'
import { PROFILE_LIFE_S } from '../../../src/profiles/lifetime.ts'
import { parseCqlAddress } from '../../../src/stores/cql/address.ts'
import { openCqlStore } from '../../../src/stores/cql/cql.ts'
import { StoreUnavailableError } from '../../../src/stores/cql/regions/connection.ts'
import type { ProfileWrite } from '../../../src/stores/store.ts'
import { createMemoryCluster, type MemoryCluster } from '../../support/memory-cluster.ts'
import { testStore } from '../../support/store-contract.ts'

/** Clusters in memory, by keyspace. */
const clusters = vi.hoisted(() => new Map<string, { session(): unknown }>())

vi.mock('../../../src/stores/cql/driver/session.ts', async (original) => ({
  ...(await original<object>()),
  openSession: async ({ address }: { address: { keyspace: string } }) => clusters.get(address.keyspace)?.session(),
}))

const NOW_MS = 1_700_000_000_000
let keyspaces = 0

/** A store in a cluster of its own; opened again, with the same, if a keyspace is given. */
async function open(keyspace = `k${keyspaces++}`) {
  const cluster = (clusters.get(keyspace) ?? createMemoryCluster()) as MemoryCluster
  clusters.set(keyspace, cluster)
  const store = openCqlStore({
    address: parseCqlAddress(`cql://h/${keyspace}?dc=dc1`),
    credentials: {},
    logId: 'log',
    now: () => NOW_MS,
    onProblem: () => undefined,
  })
  await store.opened()
  return { store, cluster, keyspace }
}

beforeEach(() => clusters.clear())

const keyspaceOf = new Map<string, string>()
testStore('a store in a cluster', async (directory) => {
  const keyspace = keyspaceOf.get(directory) ?? `c${keyspaceOf.size}`
  keyspaceOf.set(directory, keyspace)
  return (await open(keyspace)).store
})

const profile = fold(undefined, { event: { type: 'page', messageId: 'm', timestamp: '' }, atMs: NOW_MS })
const write = (visitorId: string, writtenUs = 1, more: Partial<ProfileWrite> = {}): ProfileWrite => ({
  site: 'site',
  visitorId,
  profile,
  position: { epoch: 1, offset: 1, writtenUs },
  ...more,
})

test('a commit writes at most 64 rows at once, then its progress', async () => {
  const { store, cluster } = await open()
  await store.resumePoint()
  cluster.asked.length = 0
  cluster.mostAtOnce = 0
  await store.commit(
    Array.from({ length: 130 }, (_, index) => write(`v${index}`)),
    { epoch: 1, offset: 9 },
  )
  const names = cluster.asked.map(({ name }) => name)
  expect([names.length, names.slice(0, 130).every((name) => name === 'writeRow'), names[130]]).toEqual([
    131,
    true,
    'writeProgress',
  ])
  expect(cluster.mostAtOnce).toBe(64)
  await store.close()
})

test('a commit of which one row fails says nothing of its progress, and can be made again', async () => {
  const { store, cluster } = await open()
  await store.resumePoint()
  const down = new Error('no quorum')
  cluster.failure = (name, [, visitorId]) => (name === 'writeRow' && visitorId === 'b' ? down : undefined)
  const commit = () => store.commit([write('a'), write('b')], { epoch: 1, offset: 9 })
  await expect(commit()).rejects.toBe(down)
  expect(await store.resumePoint()).toMatchObject({ offset: 0 })
  cluster.failure = () => undefined
  await commit()
  expect([await store.resumePoint(), Boolean(await store.readFacts('site', 'b'))]).toMatchObject([{ offset: 9 }, true])
  await store.close()
})

test('a row that arrives late does not hide the one after it', async () => {
  const { store } = await open()
  await store.commit([write('a', 5)], { epoch: 1, offset: 1 })
  await store.commit([write('a', 4, { profile: undefined })], { epoch: 1, offset: 2 })
  expect(await store.readFacts('site', 'a')).toBeDefined()
  expect((await store.base('site', 'a'))?.position).toEqual({ epoch: 1, offset: 1, writtenUs: 5 })
  await store.close()
})

test('a row lives as long as its profile, from its last event on', async () => {
  const { store, cluster } = await open()
  const old = { ...profile, lastSeenMs: NOW_MS - 5_000 }
  await store.commit([write('a', 1, { profile: old }), write('b', 1, { profile: undefined })], { epoch: 1, offset: 1 })
  const lives = cluster.asked.filter(({ name }) => name === 'writeRow').map(({ values }) => values.at(-1))
  expect(lives).toEqual([PROFILE_LIFE_S - 5, PROFILE_LIFE_S])
  await store.close()
})

test('a store is one data centre, whose data has an age once its owner has been heard of', async () => {
  const { store } = await open()
  expect(store.regions?.dataCentres()).toEqual([{ name: 'dc1', isLost: false, stalenessMs: undefined }])
  expect(store.regions?.current).toBe('dc1')
  await store.writeHeartbeat?.()
  await store.close()
})

test('before it is connected and after it is closed a store answers nothing, and waits for nothing', async () => {
  clusters.set('late', { session: () => new Promise(() => undefined) })
  const store = openCqlStore({
    address: parseCqlAddress('cql://h/late?dc=dc1'),
    credentials: {},
    logId: 'log',
    now: () => NOW_MS,
    onProblem: () => undefined,
  })
  await expect(store.readFacts('site', 'a')).rejects.toThrow(StoreUnavailableError)
  await expect(store.base('site', 'a')).rejects.toThrow(StoreUnavailableError)
  await expect(store.commit([write('a')], { epoch: 1, offset: 1 })).rejects.toThrow(StoreUnavailableError)
  await store.close()
  const { store: connected } = await open()
  await connected.close()
  await connected.close()
  await expect(connected.base('site', 'a')).rejects.toThrow('closed')
  await expect(connected.commit([], { epoch: 1, offset: 1 })).rejects.toThrow('closed')
})
