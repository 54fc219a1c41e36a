import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Cluster, startCluster } from '../../lab/cassandra/cluster.ts'
import { nodetool } from '../../lab/cassandra/nodetool.ts'
import { parseCqlAddress } from '../../server/src/stores/cql/address.ts'
import { migrate } from '../../server/src/stores/cql/migrate.ts'

/** Number of the 127.0.<network>.0/24 of the measured nodes. */
const NETWORK = 11

/** Three nodes with the tables, and nothing in them yet. */
export interface MeasuredCluster extends Cluster {
  /** @param rttMs a simulated distance. */
  store(rttMs?: number): string
  /** Resolves when no node rewrites its files any more. */
  settled(): Promise<void>
}

/** Starts the nodes that are measured. */
export async function startMeasuredCluster(onProgress: (step: string) => void): Promise<MeasuredCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-bench-cassandra-'))
  const cluster = await startCluster({ network: NETWORK, directory, onProgress })
  const store = (rttMs = 0): string => `cql://${cluster.addresses.join(',')}/prepaint?dc=dc1&rtt=${rttMs}`
  const end = async (): Promise<void> => {
    await cluster.end()
    await rm(directory, { recursive: true, force: true })
  }
  await migrate({
    address: parseCqlAddress(store()),
    credentials: {},
    database: 'cassandra',
    replicationFactor: 3,
    onVersion: () => undefined,
  })
  return {
    ...cluster,
    store,
    async settled() {
      for (const { place } of cluster.nodes) {
        await nodetool(place, 'flush', 'prepaint')
        while (!/^pending tasks:?\s+0\s*$/m.test(await nodetool(place, 'compactionstats'))) await delay(1_000)
      }
    },
    end,
  }
}
