import { setTimeout as delay } from 'node:timers/promises'
import { type Cluster, RING } from '../../lab/cassandra/cluster.ts'
import { nodetool } from '../../lab/cassandra/nodetool.ts'

/** Parts of the ring that are repaired one after the other; a node compares 400 of 100,000 profiles at once. */
const PARTS = 256n

/** Pause after each part, in ms: all nodes' parts are done in an hour and a half, and a week is time enough. */
const PAUSE_MS = 5_000

/** Token at which a part begins. */
function edgeOf(part: number): string {
  return String((RING * (BigInt(part) % PARTS)) / PARTS - RING / 2n)
}

/** Repairs small parts of the ring, one after the other, as the run-book wants it, until it is told to end. */
export function keepRepairing({ nodes }: Cluster): { end(): Promise<number> } {
  let isOver = false
  async function repair(): Promise<number> {
    for (let count = 0; ; count++) {
      const node = nodes[count % nodes.length]
      if (isOver || !node) return count
      await nodetool(node.place, 'repair', '--full', '-st', edgeOf(count), '-et', edgeOf(count + 1), 'prepaint', 'profiles')
      await delay(PAUSE_MS)
    }
  }
  const repairing = repair()
  return {
    end() {
      isOver = true
      return repairing
    },
  }
}
