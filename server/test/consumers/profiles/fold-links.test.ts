import { expect, test, vi } from 'vitest'
import { userProfileId } from '../../../src/identity/profile-id.ts'
import type { LinkRecord } from '../../../src/ingest/record.ts'
import { parseCqlAddress } from '../../../src/stores/cql/address.ts'
import { openCqlStore } from '../../../src/stores/cql/cql.ts'
import type { ProfileStore } from '../../../src/stores/store.ts'
import { counting, declaring, foldInBatches, memoryLog, rowsIn, START_MS, viewed } from '../../support/feature-log.ts'
import { createMemoryCluster, type MemoryCluster } from '../../support/memory-cluster.ts'

/** Clusters in memory, by keyspace. */
const clusters = vi.hoisted(() => new Map<string, { session(): unknown }>())

vi.mock('../../../src/stores/cql/driver/session.ts', async (original) => ({
  ...(await original<object>()),
  openSession: async ({ address }: { address: { keyspace: string } }) => clusters.get(address.keyspace)?.session(),
}))

async function open(keyspace: string): Promise<{ store: ProfileStore; cluster: MemoryCluster }> {
  const cluster = createMemoryCluster()
  clusters.set(keyspace, cluster)
  const address = parseCqlAddress(`cql://h/${keyspace}?dc=dc1`)
  const store = openCqlStore({ address, credentials: {}, logId: 'log', now: Date.now, onProblem: () => undefined })
  await store.opened()
  return { store, cluster }
}

const USER = userProfileId('u')
const ROWS = ['phone', 'laptop', USER]

function link(visitorId: string, minute: number, untilMs = START_MS + 86_400_000): LinkRecord {
  const atMs = START_MS + minute * 60_000
  const event = { type: 'identify', messageId: `${visitorId} ${minute}`, timestamp: '', userId: 'u' } as const
  return { kind: 'link', site: 'site', visitorId, receivedMs: atMs, atMs, event, untilMs, signedMs: START_MS }
}

const log = memoryLog([
  declaring([counting('views')]),
  link('phone', 1),
  viewed(2, 'phone'),
  link('laptop', 3),
  viewed(4, USER),
  link('phone', 5, START_MS + 5 * 60_000),
])

test('a link is written into the row of its visitor and into that of its user', async () => {
  const { store } = await open('both')
  await foldInBatches(log, store, 1_000)
  expect((await store.readFacts('site', 'laptop'))?.link).toMatchObject({ userId: 'u' })
  expect((await store.readFacts('site', USER))?.devices?.map(({ id }) => id)).toEqual(['laptop'])
})

test.each(ROWS)(
  'a cluster that has lost the row of %s while the others were written has it from the log again',
  async (lost) => {
    const whole = await open('whole')
    await foldInBatches(log, whole.store, 1)
    const broken = await open('broken')
    broken.cluster.failure = (name, [, visitorId]) =>
      name === 'writeRow' && visitorId === lost ? new Error() : undefined
    await expect(foldInBatches(log, broken.store, 1_000)).rejects.toThrow()
    broken.cluster.failure = () => undefined
    await foldInBatches(log, broken.store, 2)
    expect(await rowsIn(broken.store, ROWS)).toEqual(await rowsIn(whole.store, ROWS))
  },
)
