import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DecideResponse } from 'prepaint/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster, untilAllAreKnown } from '../../../../lab/cassandra/cluster.ts'
import type { CassandraNode } from '../../../../lab/cassandra/node.ts'
import { nodetool } from '../../../../lab/cassandra/nodetool.ts'
import { main } from '../../../src/cli/main.ts'
import { createKeys } from '../../../src/identity/key.ts'
import { EVENTS, type RunningService, startService, temporaryDirectory } from '../../support/start-service.ts'

/** Not the network of the other tests: these nodes lose all they have. */
const NETWORK = 12

/** Parts of a backup, in their order (docs/runbook.md): progress that is older than the rows costs nothing. */
const PARTS = [
  ['settled', 'progress'],
  ['profiles', 'schema_version'],
]

let directory: string
let cluster: Cluster

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'prepaint-restore-'))
  cluster = await startCluster({ nodes: 2, network: NETWORK, directory: join(directory, 'nodes'), isBrief: true })
})
afterAll(async () => {
  await cluster.end()
  await rm(directory, { recursive: true, force: true })
})

const address = (): string => `cql://${cluster.addresses.join(',')}/prepaint?dc=dc1`

async function migrate(): Promise<void> {
  const nowhere = { write: () => undefined }
  const io = { stdout: nowhere, stderr: process.stderr, env: {}, ended: new Promise<void>(() => undefined) }
  expect(await main(['migrate', '--store', address(), '--replication-factor', '2'], io)).toBe(0)
}

/** The folder of a table; its name ends in an id that is another one after each making. */
async function tableFolder(nodeDirectory: string, table: string): Promise<string> {
  const keyspace = join(nodeDirectory, 'data/data/prepaint')
  const name = (await readdir(keyspace)).find((folder) => folder.startsWith(`${table}-`))
  return join(keyspace, name as string)
}

/** `nodetool snapshot` on a node, and its files taken to another place. */
async function backUpNode({ place }: CassandraNode, tables: readonly string[], to: string): Promise<void> {
  await nodetool(place, 'snapshot', '-t', 'nightly', '-kt', tables.map((table) => `prepaint.${table}`).join(','))
  for (const table of tables) {
    const snapshot = join(await tableFolder(place.directory, table), 'snapshots/nightly')
    await cp(snapshot, join(to, String(place.number), table), { recursive: true })
  }
}

/** Backs all nodes up, part after part. `between` happens meanwhile. */
async function backUp(to: string, between: () => Promise<unknown>): Promise<void> {
  for (const tables of PARTS) {
    await Promise.all(cluster.nodes.map((node) => backUpNode(node, tables, to)))
    await between()
  }
}

async function loseEverything(): Promise<void> {
  await Promise.all(cluster.nodes.map((node) => node.end('SIGKILL')))
  for (const { place } of cluster.nodes) await rm(join(place.directory, 'data'), { recursive: true })
}

/** New nodes with the old ones' tokens, the schema, and then each node's files by `nodetool import`. */
async function restore(from: string): Promise<void> {
  await Promise.all(cluster.nodes.map((node) => node.start()))
  await untilAllAreKnown(cluster.nodes)
  await migrate()
  for (const table of PARTS.flat()) {
    const files = (number: number): string => join(from, String(number), table)
    await Promise.all(
      cluster.nodes.map(({ place }) =>
        nodetool(place, 'import', '--copy-data', 'prepaint', table, files(place.number)),
      ),
    )
  }
}

type Slots = DecideResponse['slots']

/**
 * Returns each visitor's decisions once the store answers again; a cached profile or the context would prove nothing.
 */
async function liveDecisions({ decide }: RunningService, tokens: readonly string[]): Promise<Slots[]> {
  let decisions: Slots[] = []
  const tiers = async (): Promise<unknown[]> => {
    decisions = await Promise.all(tokens.map(async (token) => (await decide({ token })).body.slots))
    return [...new Set(decisions.flatMap((slots) => Object.values(slots).map(({ tier }) => tier)))]
  }
  await expect.poll(tiers, { timeout: 30_000, interval: 100 }).toEqual(['live'])
  return decisions
}

let lastId = 0

function event(type: keyof typeof EVENTS): object {
  const timestamp = new Date().toISOString()
  return { ...EVENTS[type], timestamp, messageId: `r${lastId++}` }
}

/** Copies would answer for the cluster for two seconds. */
const settings = { budgetMs: 2_000, profileCacheMb: 0, secret: 'restore-'.repeat(8) }

const serverKey = createKeys(settings.secret).issue({ access: 'server', site: 'agency' })

// The tool of each node starts eleven times, each a second or two of a core's time, and the nodes twice.
test('a cluster that lost everything is restored from its backup and the log: every visitor gets what they got before', async () => {
  await migrate()
  const dataDirectory = await temporaryDirectory()
  const start = (): Promise<RunningService> => startService({ ...settings, dataDirectory, store: address() })
  const owner = await start()
  const newcomers = await Promise.all(
    Array.from({ length: 14 }, async () => (await owner.decide()).body.token as string),
  )
  const [early, meanwhile, late, erased] = [
    newcomers.slice(0, 5),
    newcomers.slice(5, 7),
    newcomers.slice(7, 12),
    newcomers.slice(12),
  ]
  const buy = async (token: string): Promise<void> => {
    await owner.batch(token, [event('identify'), event('order')])
    await owner.service.caughtUp()
  }
  for (const token of [...early, ...erased]) await buy(token)
  const backup = await temporaryDirectory()
  const buyers = [...meanwhile]
  await backUp(backup, () => buy(buyers.shift() as string))

  // What the backup does not know: the log does.
  for (const token of late) await buy(token)
  for (const token of erased) await owner.post('/v1/erase', { token }, { authorization: `Bearer ${serverKey}` })
  await owner.service.caughtUp()
  const before = await liveDecisions(owner, newcomers)
  expect(new Set(before.map(({ headline }) => headline?.experience))).toEqual(new Set(['thanks', undefined]))

  await loseEverything()
  expect((await owner.decide({ token: early[0] })).body.slots['headline']?.tier).toBe('contextual')
  await owner.service.close()
  await restore(backup)
  const restored = await start()
  await restored.service.caughtUp()
  expect(await liveDecisions(restored, newcomers)).toEqual(before)
}, 300_000)
