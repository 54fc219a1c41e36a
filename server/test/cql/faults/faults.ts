import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Cluster } from '../../../../lab/cassandra/cluster.ts'
import type { CassandraNode } from '../../../../lab/cassandra/node.ts'
import { idleNodetool } from '../../../../lab/cassandra/nodetool.ts'
import { machineMs } from '../../../../lab/load/gaps.ts'
import type { Loss } from '../../../../lab/network/loss.ts'
import type { ServiceConfig } from '../../../src/settings/settings.ts'
import type { CqlAddress } from '../../../src/stores/cql/address.ts'
import { migrate } from '../../../src/stores/cql/migrate.ts'
import { type Decision, VISITORS } from './crowd.ts'

/** Cluster and service of a fault. */
export interface Scene extends Cluster {
  /** Loses packets between the service and the nodes. */
  loss: Loss
  /** Of the store. */
  address: CqlAddress
}

/** A fault of a cluster while decisions are requested and events are sent. */
export interface Fault {
  /** Description, as the beginning of a sentence. */
  name: string
  /** Absent: the one that all faults share. */
  keyspace?: string
  /** True when it has happened before the service starts. */
  isThereAtStart?: true
  /** Settings of the service for it. */
  settings?: Partial<ServiceConfig>
  /** Does it, and undoes it. */
  run(scene: Scene): Promise<void>
  /** Log line of the service about it. */
  tells?: RegExp
  /** Checks the decisions that were requested meanwhile. */
  holds?(decisions: readonly Decision[]): void
}

/** `npm run prove:cql` leaves every fault ten times as long. */
const SECOND = process.env['PREPAINT_PROVE'] === '1' ? 10_000 : 1_000

const last = ({ nodes }: Scene): CassandraNode => nodes.at(-1) as CassandraNode

/** Makes a keyspace with three copies. */
export async function migrateFor(address: CqlAddress): Promise<void> {
  await migrate({ address, credentials: {}, database: 'cassandra', replicationFactor: 3, onVersion: () => undefined })
}

/** Length of a pause of all nodes that makes answers late, and no read fail; in ms. */
const PAUSE_MS = 60

function signal(nodes: readonly CassandraNode[], name: 'SIGSTOP' | 'SIGCONT'): void {
  for (const node of nodes) node.signal(name)
}

/** Repeats something until the time is over. */
async function during(ms: number, something: () => Promise<unknown>): Promise<void> {
  const endMs = machineMs() + ms
  while (machineMs() < endMs) await something()
}

/**
 * A node acknowledges what it writes to disk within `commitlog_sync_period`, and what it wrote last is in the commit log alone:
 * one that is killed forgets a part of that by chance, one without power all of it.
 */
async function loseWhatIsInMemory(node: CassandraNode): Promise<void> {
  await node.end('SIGKILL')
  await rm(join(node.place.directory, 'data/commitlog'), { recursive: true })
}

const isFromStore = ({ tier }: Decision): boolean => tier === 'live'
const isLate = ({ tier }: Decision): boolean => tier === 'stale' || tier === 'contextual'

/**
 * A view after one that was late is served from a copy: only the late answer can have made it, for a copy that was there
 * before would have served the first.
 */
function lateAnswersAreKept(decisions: readonly Decision[]): void {
  const nextOf = (late: Decision): Decision | undefined =>
    decisions.find(({ visitor, fromMs }) => visitor === late.visitor && fromMs > late.fromMs)
  const nexts = decisions.filter(isLate).map(nextOf)
  expect(nexts.filter((next) => next?.tier === 'cached').length).toBeGreaterThan(0)
}

/** The node that hangs is left out as soon as it is known: it would be asked for a third of all. */
function anotherIsAsked(decisions: readonly Decision[]): void {
  const later = decisions.slice(VISITORS)
  expect(later.filter(isLate).length).toBeLessThan(later.length / 6)
}

/** Every fault of a cluster that decisions must not notice. */
export const faults: readonly Fault[] = [
  {
    name: 'one of three nodes is killed',
    async run(scene) {
      await last(scene).end('SIGKILL')
      await delay(3 * SECOND)
      await last(scene).start()
    },
  },
  {
    name: 'one of three nodes hangs',
    async run(scene) {
      signal([last(scene)], 'SIGSTOP')
      await delay(4 * SECOND)
      signal([last(scene)], 'SIGCONT')
    },
    holds: anotherIsAsked,
  },
  {
    name: 'all nodes hang',
    async run({ nodes }) {
      signal(nodes, 'SIGSTOP')
      await delay(4 * SECOND)
      signal(nodes, 'SIGCONT')
    },
    holds: (decisions) => expect(decisions.slice(-VISITORS, -VISITORS / 10).filter(isFromStore)).toEqual([]),
  },
  {
    name: 'all nodes lose power for ten seconds',
    async run({ nodes }) {
      await Promise.all(nodes.map(({ place }) => idleNodetool(place, 'flush')))
      await delay(SECOND)
      await Promise.all(nodes.map(loseWhatIsInMemory))
      await delay(10 * SECOND)
      await Promise.all(nodes.map((node) => node.start()))
    },
  },
  {
    name: 'every node restarts, one after the other, and the service has no copies',
    settings: { profileCacheMb: 0 },
    async run({ nodes }) {
      for (const node of nodes) {
        await node.end('SIGTERM')
        await node.start()
      }
    },
  },
  {
    name: 'answers come after the deadline',
    run: ({ nodes }) =>
      during(4 * SECOND, async () => {
        signal(nodes, 'SIGSTOP')
        await delay(PAUSE_MS)
        signal(nodes, 'SIGCONT')
        await delay(400)
      }),
    holds: lateAnswersAreKept,
  },
  {
    name: 'one packet in twenty is lost',
    async run({ loss }) {
      await loss.begin(5)
      await delay(4 * SECOND)
      await loss.end()
    },
  },
  {
    name: 'the schema is missing, and made later',
    keyspace: 'prepaint_missing',
    isThereAtStart: true,
    async run({ address }) {
      await delay(2 * SECOND)
      await migrateFor(address)
    },
    tells: /its tables are missing: make them by `prepaint-server migrate`/,
  },
  {
    name: 'a repair is running',
    run: (scene) => during(4 * SECOND, () => idleNodetool(last(scene).place, 'repair', '--full', 'prepaint')),
  },
]
