import { createInterface } from 'node:readline'
import type { CassandraNode } from '../lab/cassandra/node.ts'

function describe(node: CassandraNode, index: number): string {
  return `  ${index + 1}  ${node.address}  ${node.pid === undefined ? 'is down' : `runs, kill -9 ${node.pid}`}`
}

async function toggle(node: CassandraNode): Promise<void> {
  if (node.pid !== undefined) return node.end('SIGKILL')
  console.log(`${node.address} starts (some 20 s)…`)
  await node.start()
}

/** Reads lines: a node's number kills it, and starts it again. Returns what ends the reading. */
export function takeNodeKeys(nodes: readonly CassandraNode[]): () => void {
  const busy = new Set<CassandraNode>()
  const show = (): void => {
    console.log(
      [
        '  Profiles are in three Cassandra nodes. A number and Enter kills a node, or starts it again:',
        ...nodes.map(describe),
      ].join('\n'),
    )
  }
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    const node = nodes[Number(line) - 1]
    if (!node || busy.has(node)) return
    busy.add(node)
    void toggle(node)
      .catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error)
      })
      .then(() => {
        busy.delete(node)
        show()
      })
  })
  show()
  return () => {
    lines.close()
  }
}
