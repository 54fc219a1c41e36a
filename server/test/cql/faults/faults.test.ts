import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tier } from 'prepaint/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../../../../lab/cassandra/cluster.ts'
import { parseCqlAddress } from '../../../src/stores/cql/address.ts'
import { openCqlStore } from '../../../src/stores/cql/cql.ts'
import { migrate } from '../../../src/stores/cql/migrate.ts'
import { EVENTS, type RunningService, startService } from '../../start-service.ts'

/** Not the network of the other tests: these nodes die. */
const NETWORK = 8
const VISITORS = 40
const EVERY_MS = 20

/** Wide enough for three nodes on the cores of the tests; that a budget is kept is shown in `profile-reader.test.ts`. */
const BUDGET_MS = 100

let cluster: Cluster
let directory: string

const address = (): string => `cql://${cluster.addresses.join(',')}/prepaint?dc=dc1`

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'prepaint-faults-'))
  cluster = await startCluster({ network: NETWORK, directory })
  await migrate({ address: parseCqlAddress(address()), credentials: {}, engine: 'cassandra', copies: 3, onVersion: () => undefined })
})
afterAll(async () => {
  await cluster.end()
  await rm(directory, { recursive: true, force: true })
})

/** Known visitors of a service, and how many of their events it has acknowledged. */
interface Crowd {
  running: RunningService
  tokens: string[]
  acknowledged: number[]
}

async function gather(): Promise<Crowd> {
  const running = await startService({ store: address(), budgetMs: BUDGET_MS })
  const tokens = await Promise.all(Array.from({ length: VISITORS }, async () => (await running.decide()).body.token as string))
  await running.service.caughtUp()
  return { running, tokens, acknowledged: tokens.map(() => 0) }
}

let lastId = 0

/** Asks for visitors in turn and tells an event of each, at a steady rate, as long as `during` lasts; the tiers in order. */
async function underLoad({ running, tokens, acknowledged }: Crowd, during: () => Promise<void>): Promise<Tier[]> {
  const tiers: Tier[] = []
  const underWay: Promise<void>[] = []
  let turn = 0
  async function visit(visitor: number, at: number): Promise<void> {
    const token = tokens[visitor] as string
    const { status, body } = await running.decide({ token })
    expect(status).toBe(200)
    tiers[at] = body.slots['headline']?.tier as Tier
    const event = { ...EVENTS.order, event: 'Viewed', messageId: `f${lastId++}` }
    const { body: answer } = await running.batch(token, [event])
    if (answer.results?.[0] === 'accepted') acknowledged[visitor] = (acknowledged[visitor] ?? 0) + 1
  }
  const timer = setInterval(() => underWay.push(visit(turn % VISITORS, turn++)), EVERY_MS)
  await during()
  clearInterval(timer)
  await Promise.all(underWay)
  return tiers
}

/** Resolves once this many decisions in a row are live. */
async function untilLive({ running, tokens }: Crowd, count: number): Promise<void> {
  let live = 0
  await expect
    .poll(
      async () => {
        const { body } = await running.decide({ token: tokens[live % VISITORS] })
        live = body.slots['headline']?.tier === 'live' ? live + 1 : 0
        return live
      },
      { timeout: 30_000, interval: 10 },
    )
    .toBeGreaterThanOrEqual(count)
}

/** Every profile is what its acknowledged events make it, no more and no less. */
async function expectWhole({ running, tokens, acknowledged }: Crowd): Promise<void> {
  await running.service.caughtUp()
  const store = openCqlStore({ address: parseCqlAddress(address()), credentials: {}, logId: 'reader', now: Date.now, onProblem: () => undefined })
  await store.opened()
  const bases = await Promise.all(tokens.map((token) => store.base('agency', token.split('.')[0] as string)))
  expect(bases.map((base) => base?.profile?.events['Viewed'])).toEqual(acknowledged)
  await store.close()
}

const node = (index: number) => cluster.nodes[index] as Cluster['nodes'][number]
const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1_000))

test('one of three nodes is killed: every decision is answered, and no event is lost', async () => {
  const crowd = await gather()
  const tiers = await underLoad(crowd, async () => {
    await seconds(1)
    await node(2).end('SIGKILL')
    await seconds(3)
  })
  expect(new Set(tiers).has('default')).toBe(false)
  await untilLive(crowd, VISITORS)
  await node(2).start()
  await expectWhole(crowd)
})

test('one of three nodes hangs: every decision is answered, and it is taken back when it goes on', async () => {
  const crowd = await gather()
  const tiers = await underLoad(crowd, async () => {
    node(1).signal('SIGSTOP')
    await seconds(3)
    node(1).signal('SIGCONT')
    await seconds(1)
  })
  expect(new Set(tiers).has('default')).toBe(false)
  await untilLive(crowd, VISITORS)
  await expectWhole(crowd)
})

test('all nodes hang: decisions go on without them, and all that was told meanwhile is learnt afterwards', async () => {
  const crowd = await gather()
  const tiers = await underLoad(crowd, async () => {
    for (const { signal } of cluster.nodes) signal('SIGSTOP')
    await seconds(4)
    for (const { signal } of cluster.nodes) signal('SIGCONT')
  })
  const last = tiers.slice(-50)
  expect(last.filter((tier) => tier === 'live')).toEqual([])
  await untilLive(crowd, VISITORS)
  await expectWhole(crowd)
})
