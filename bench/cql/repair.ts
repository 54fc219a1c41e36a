import { setTimeout as delay } from 'node:timers/promises'
import { type Cluster, RING } from '../../lab/cassandra/cluster.ts'
import { startRepairer } from '../../lab/cassandra/repairer.ts'

/** Parts of the ring, none of which lies in two nodes' parts; a node compares 400 of 100,000 profiles at once. */
const PARTS = 255n

/** Pause after each part, in ms: the ring is done in 22 minutes, and a week is time enough. */
const PAUSE_MS = 5_000

/**
 * Parts without a pause, until the nodes have compiled what repairs: a part takes the three of them 137 ms of CPU at first, and
 * 32 after three hundred.
 */
const COMPILED_AFTER = 300

/** Token at which a part begins. */
function edgeOf(part: number): bigint {
  return (RING * (BigInt(part) % PARTS)) / PARTS - RING / 2n
}

/** Repairs small parts of the ring, one after the other, as the run-book wants it, until it is told to end. */
export async function keepRepairing({ nodes }: Cluster): Promise<{ end(): Promise<number> }> {
  const repairer = await startRepairer()
  let isOver = false
  async function repair(): Promise<number> {
    for (let count = 0; ; count++) {
      const node = nodes[count % nodes.length]
      if (isOver || !node) return count
      await repairer.repair(node.place, {
        keyspace: 'prepaint',
        table: 'profiles',
        from: edgeOf(count),
        to: edgeOf(count + 1),
      })
      if (count >= COMPILED_AFTER) await delay(PAUSE_MS)
    }
  }
  const repairing = repair()
  // Whoever ends it hears of a failure; before, nobody does.
  repairing.catch(() => undefined)
  return {
    async end() {
      isOver = true
      return await repairing.finally(repairer.end)
    },
  }
}
