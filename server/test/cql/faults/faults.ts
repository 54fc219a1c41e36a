import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Cluster } from '../../../../lab/cassandra/cluster.ts'
import type { CassandraNode } from '../../../../lab/cassandra/node.ts'
import { nodetool } from '../../../../lab/cassandra/nodetool.ts'
import { machineMs } from '../../../../lab/load/gaps.ts'
import type { ServiceConfig } from '../../../src/config.ts'
import type { Loss } from '../../../../lab/network/loss.ts'
import { type Decision, VISITORS } from './crowd.ts'

/** Where a fault happens. */
export interface Scene extends Cluster {
  /** Loses packets between the service and the nodes. */
  loss: Loss
}

/** What is done to a cluster while decisions are asked for and events are told. */
export interface Fault {
  /** What happens, as the beginning of a sentence. */
  name: string
  /** What the service is set up with for it. */
  settings?: Partial<ServiceConfig>
  /** Does it, and undoes it. */
  run(scene: Scene): Promise<void>
  /** What else holds of the decisions that were asked for meanwhile. */
  holds?(decisions: readonly Decision[]): void
}

/** `npm run prove:cql` leaves every fault ten times as long. */
const SECOND = process.env['PREPAINT_PROVE'] === '1' ? 10_000 : 1_000

const last = ({ nodes }: Scene): CassandraNode => nodes.at(-1) as CassandraNode

/** How long a pause of all nodes is that makes answers late, and no read fail; in ms. */
const PAUSE_MS = 60

function signal(nodes: readonly CassandraNode[], name: 'SIGSTOP' | 'SIGCONT'): void {
  for (const node of nodes) node.signal(name)
}

/** Repeats something until the time is over. */
async function during(ms: number, something: () => Promise<unknown>): Promise<void> {
  const endMs = machineMs() + ms
  while (machineMs() < endMs) await something()
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
    name: 'all nodes are down for ten seconds',
    async run({ nodes }) {
      await Promise.all(nodes.map((node) => node.end('SIGKILL')))
      await delay(10 * SECOND)
      await Promise.all(nodes.map((node) => node.start()))
    },
  },
  {
    name: 'every node restarts, one after the other, and the service has no copies',
    settings: { copiesMb: 0 },
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
    name: 'a repair is running',
    run: (scene) => during(4 * SECOND, () => nodetool(last(scene).place, 'repair', '--full', 'prepaint')),
  },
]
