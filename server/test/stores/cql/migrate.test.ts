import { beforeEach, expect, test, vi } from 'vitest'
import { parseCqlAddress } from '../../../src/stores/cql/address.ts'
import { ClusterError } from '../../../src/stores/cql/driver/cluster-error.ts'
import { migrate, SCHEMA } from '../../../src/stores/cql/migrate.ts'
import { SCHEMA_VERSION } from '../../../src/stores/cql/statements.ts'
import { survey } from '../../../src/stores/cql/survey.ts'
import { createMemoryCluster, type MemoryCluster } from '../../support/memory-cluster.ts'

const given = vi.hoisted(() => ({
  open: (dataCentre: string): unknown => dataCentre,
  /** Sessions that were opened, and how many of them are closed. */
  opened: 0,
  closed: 0,
  refusal: new Error('unconfigured table'),
}))

vi.mock('../../../src/stores/cql/driver/session.ts', async (original) => ({
  ...(await original<object>()),
  isRefusal: (error: unknown) => error === given.refusal,
  mayPass: (error: unknown) => error === given.refusal,
  async openSession({ dataCentre }: { dataCentre: string }) {
    const session = given.open(dataCentre) as { close(): Promise<void> }
    given.opened++
    return { ...session, close: async () => void (given.closed++, await session.close()) }
  },
}))

const ADDRESS = parseCqlAddress('cql://h/k?dc=dc1&fallback=dc2')
let cluster: MemoryCluster

beforeEach(() => {
  cluster = createMemoryCluster()
  given.open = () => cluster.session()
  given.opened = given.closed = 0
})

async function bring(): Promise<{ versions: number[]; result: { before: number; after: number } }> {
  const versions: number[] = []
  const result = await migrate({
    address: ADDRESS,
    credentials: {},
    database: 'cassandra',
    replicationFactor: 3,
    onVersion: (version) => versions.push(version),
  })
  return { versions, result }
}

test('a new keyspace gets its replicas in every data centre, and all versions in order', async () => {
  const { versions, result } = await bring()
  expect(result).toEqual({ before: 0, after: SCHEMA_VERSION })
  expect(versions).toEqual(Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1))
  expect(cluster.changes[0]).toContain("'dc1': 3, 'dc2': 3")
  expect([given.opened, given.closed]).toEqual([1, 1])
})

test('one that is up to date stays as it is, and one that was left half-way goes on', async () => {
  await bring()
  expect(await bring()).toEqual({ versions: [], result: { before: SCHEMA_VERSION, after: SCHEMA_VERSION } })
  await cluster.session().execute('writeVersion', [SCHEMA, 1], 'localQuorum')
  expect((await bring()).versions).toEqual(Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 2))
})

test('a keyspace of a later version is never brought back', async () => {
  await cluster.session().execute('writeVersion', [SCHEMA, 99], 'localQuorum')
  expect(await bring()).toEqual({ versions: [], result: { before: 99, after: 99 } })
})

test('a node that does not know yet what another one has made is asked again', async () => {
  let refusals = 1
  cluster.failure = (name) => (name === 'readVersion' && refusals-- > 0 ? given.refusal : undefined)
  expect((await bring()).result).toEqual({ before: 0, after: SCHEMA_VERSION })
})

test('whatever else fails ends it at once, and leaves no session', async () => {
  const down = new Error('no quorum')
  cluster.failure = () => down
  await expect(bring()).rejects.toBe(down)
  expect([given.opened, given.closed]).toEqual([1, 1])
})

test('each data centre is surveyed as it is, in the order of the address, and sessions are closed', async () => {
  await bring()
  given.opened = given.closed = 0
  const unreachable = new ClusterError('credentials', 'not let in')
  given.open = (dataCentre) => {
    if (dataCentre === 'dc2') throw unreachable
    return cluster.session()
  }
  const { schemaVersion, dataCentres } = await survey(ADDRESS, {})
  expect(schemaVersion).toBe(SCHEMA_VERSION)
  expect(dataCentres).toMatchObject([
    { name: 'dc1', copies: 0, heartbeatMs: undefined },
    { name: 'dc2', isRefused: false, reason: 'not let in' },
  ])
  const [near] = dataCentres as unknown as { shortestMs: number; p50Ms: number; p99Ms: number }[]
  expect([near && near.shortestMs <= near.p50Ms, near && near.p50Ms <= near.p99Ms]).toEqual([true, true])
  expect([given.opened, given.closed]).toEqual([1, 1])
})

test('a survey of a cluster without tables says that it answers, and never rejects', async () => {
  cluster.failure = () => given.refusal
  const { schemaVersion, dataCentres } = await survey(ADDRESS, {})
  const refused = { isRefused: true, reason: 'unconfigured table' }
  expect([schemaVersion, dataCentres]).toEqual([
    0,
    [
      { name: 'dc1', ...refused },
      { name: 'dc2', ...refused },
    ],
  ])
  expect([given.opened, given.closed]).toEqual([2, 2])
})
