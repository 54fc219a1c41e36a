import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tier } from 'prepaint/protocol'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Cluster, startCluster } from '../../../../lab/cassandra/cluster.ts'
import type { CassandraNode } from '../../../../lab/cassandra/node.ts'
import { nodetool } from '../../../../lab/cassandra/nodetool.ts'
import { watchStalls } from '../../../src/loadtest/stalls.ts'
import { parseCqlAddress } from '../../../src/stores/cql/address.ts'
import { migrate } from '../../../src/stores/cql/migrate.ts'
import { EVENTS, type RunningService, startService } from '../../support/start-service.ts'

const NETWORK = 6
const VISITORS = 40
const EVERY_MS = 10

/** Copies are off, so that `live` says that a data centre was read. The budget is wide: both nodes share the tests' cores. */
const SETTINGS = { budgetMs: 100, profileCacheMb: 0, secret: 's'.repeat(32) }

let cluster: Cluster
let directory: string

const near = (): CassandraNode => cluster.nodes[0] as CassandraNode
const addressOf = (query: string): string => `cql://${cluster.addresses.join(',')}/prepaint?${query}`
const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1_000))

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'prepaint-regions-'))
  cluster = await startCluster({ nodes: 2, dataCentres: 2, network: NETWORK, directory, isBrief: true })
  const address = parseCqlAddress(addressOf('dc=dc1&fallback=dc2'))
  await migrate({ address, credentials: {}, database: 'cassandra', replicationFactor: 1, onVersion: () => undefined })
})
afterAll(async () => {
  await cluster.end()
  await rm(directory, { recursive: true, force: true })
})

/** Reads a region's own report. */
async function regionOf({ url }: RunningService): Promise<[status: number, health: { [field: string]: unknown }]> {
  const response = await fetch(`${url}/readyz/region`)
  return [response.status, (await response.json()) as { [field: string]: unknown }]
}

/** The service of the first data centre, which owns the log, and one of the second, which hands it its events; and known visitors. */
async function startBoth() {
  const owner = await startService({ ...SETTINGS, store: addressOf('dc=dc1&fallback=dc2') })
  const forwardEvents = owner.service.adminAddress?.url as string
  const follower = await startService({ ...SETTINGS, store: addressOf('dc=dc2&fallback=dc1'), forwardEvents })
  const tokens = await Promise.all(
    Array.from({ length: VISITORS }, async () => (await owner.decide()).body.token as string),
  )
  // Sends one after the other: the service refuses some of a crowd if the machine gives it no time for 100 ms.
  for (const [index, token] of tokens.entries()) {
    const { body } = await owner.batch(token, [{ ...EVENTS.order, messageId: `r${index}` }])
    expect(body.results).toEqual(['accepted'])
  }
  await owner.service.caughtUp()
  for (const running of [owner, follower])
    await expect.poll(async () => (await regionOf(running))[0], { timeout: 20_000 }).toBe(200)
  return { owner, follower, tokens }
}

interface Seen {
  atMs: number
  tier: Tier
}

/** Asks for known visitors, one after the other, until it is stopped; resolves with what each got. */
function ask({ decide }: RunningService, tokens: readonly string[]): () => Promise<Seen[]> {
  const underWay: Promise<Seen>[] = []
  async function once(token: string | undefined): Promise<Seen> {
    const atMs = performance.now()
    const { status, body } = await decide({ token })
    expect(status).toBe(200)
    return { atMs, tier: body.slots['headline']?.tier as Tier }
  }
  const timer = setInterval(() => underWay.push(once(tokens[underWay.length % tokens.length])), EVERY_MS)
  return async () => {
    clearInterval(timer)
    return Promise.all(underWay)
  }
}

/** From the moment of a loss to the first of ten decisions in a row that are live, in ms. */
function bypassedMs(seen: readonly Seen[], lostAtMs: number): number {
  const after = seen.filter(({ atMs }) => atMs > lostAtMs)
  const index = after.findIndex(
    (_, start) => after.length >= start + 10 && after.slice(start, start + 10).every(({ tier }) => tier === 'live'),
  )
  return (after[index]?.atMs ?? Infinity) - lostAtMs
}

/** Resolves when ten decisions in a row are live: the breaker may let no read through for a second, then one at a time. */
async function untilLive({ decide }: RunningService, tokens: readonly string[]): Promise<void> {
  const statuses: number[] = []
  let inARow = 0
  const count = async (): Promise<number> => {
    const { status, body } = await decide({ token: tokens[statuses.length % tokens.length] })
    statuses.push(status)
    return (inARow = body.slots['headline']?.tier === 'live' ? inARow + 1 : 0)
  }
  await expect.poll(count, { timeout: 10_000, interval: EVERY_MS }).toBe(10)
  expect(new Set(statuses)).toEqual(new Set([200]))
}

const losses: readonly [name: string, lose: () => unknown, giveBack: () => unknown][] = [
  ['hangs', () => near().signal('SIGSTOP'), () => near().signal('SIGCONT')],
  ['is killed', () => near().end('SIGKILL'), () => (near().pid === undefined ? near().start() : undefined)],
]

test.each(losses)(
  'the near data centre %s: reads go to the other within a second, and come back',
  async (_name, lose, giveBack) => {
    const { owner, follower, tokens } = await startBoth()
    onTestFinished(async () => void (await giveBack()))
    const [stopOwner, stopFollower] = [ask(owner, tokens), ask(follower, tokens)]
    await seconds(1)
    const endStalls = watchStalls()
    const lostAtMs = performance.now()
    await lose()
    await seconds(2)
    const { stalledMs } = await endStalls()
    const seen = await stopOwner()
    await stopFollower()
    const ms = bypassedMs(seen, lostAtMs)
    process.stderr.write(
      `bypassed after ${Math.round(ms)} ms; of 2 s the machine had no time for ${Math.round(stalledMs)} ms\n`,
    )
    expect(ms - stalledMs).toBeLessThan(1_000)
    // Those whose own data centre is the other one went on reading there.
    const told = follower.logLines.map(({ msg }) => String(msg)).filter((msg) => msg.includes('does not answer'))
    expect(told).toEqual(['data centre dc1 does not answer: reads go to dc2'])
    expect(await regionOf(owner)).toMatchObject([503, { reason: 'data_centre_lost', dataCentre: 'dc1' }])
    expect((await regionOf(follower))[0]).toBe(200)
    await giveBack()
    await owner.logged(({ msg }) => msg === 'data centre dc1 answers again: reads go to dc1')
    await expect.poll(async () => (await regionOf(owner))[0], { timeout: 60_000 }).toBe(200)
    await untilLive(owner, tokens)
  },
)

/** The ages that a service's metrics tell, in seconds, by data centre. */
async function agesOf({ service }: RunningService): Promise<{ [dataCentre: string]: number }> {
  const metrics = await (await fetch(`${service.adminAddress?.url}/metrics`)).text()
  const lines = metrics.matchAll(/^prepaint_store_staleness_seconds\{data_centre="(\w+)"\} (.+)$/gm)
  return Object.fromEntries([...lines].map(([, name = '', value]) => [name, Number(value)]))
}

test('a data centre that is cut off from the owner of the log tells the age of its data, and is fresh again afterwards', async () => {
  const { owner, follower } = await startBoth()
  const { place: other } = cluster.nodes[1] as CassandraNode
  for (const running of [owner, follower]) expect(Object.keys(await agesOf(running)).sort()).toEqual(['dc1', 'dc2'])
  // It hears of no writes any more, and answers its clients still.
  await nodetool(other, 'disablegossip')
  onTestFinished(async () => void (await nodetool(other, 'enablegossip')))
  await expect
    .poll(() => regionOf(follower), { timeout: 60_000 })
    .toMatchObject([503, { reason: 'data_centre_stale', dataCentre: 'dc2' }])
  for (const running of [owner, follower]) {
    const { dc1 = Infinity, dc2 = 0 } = await agesOf(running)
    expect(dc1).toBeLessThan(10)
    expect(dc2).toBeGreaterThan(30)
  }
  expect((await regionOf(owner))[0]).toBe(200)
  await nodetool(other, 'enablegossip')
  await expect.poll(async () => (await regionOf(follower))[0], { timeout: 30_000 }).toBe(200)
  expect((await agesOf(follower))['dc2']).toBeLessThan(10)
}, 150_000)
