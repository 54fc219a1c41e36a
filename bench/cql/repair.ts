import type { Cluster } from '../../lab/cassandra/cluster.ts'
import { nodetool } from '../../lab/cassandra/nodetool.ts'

/** Repairs one node after the other, without pause, until it is told to end. */
export function keepRepairing({ nodes }: Cluster): { end(): Promise<number> } {
  let isOver = false
  async function repair(): Promise<number> {
    for (let count = 0; ; count++) {
      const node = nodes[count % nodes.length]
      if (isOver || !node) return count
      await nodetool(node.place, 'repair', '--full', 'prepaint')
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
