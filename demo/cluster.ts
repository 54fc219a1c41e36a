import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cluster, startCluster } from '../lab/cassandra/cluster.ts'
import { commandLine } from './brand/command-line.ts'

/** Its own, so that it meets no cluster of the tests. */
const NETWORK = 9

/** Interval at which a waiting user is told that it goes on, in ms. */
const TELL_EVERY_MS = 2_000

/** Three real Cassandra nodes for the demo. */
export interface DemoCluster extends Pick<Cluster, 'nodes'> {
  /** Address of a site's own keyspace in it. */
  storeOf(site: string): string
  /** Ends the nodes and forgets their data. */
  close(): Promise<void>
}

/** Runs a step and tells every two seconds how long it has taken. */
async function told<T>(name: string, step: () => Promise<T>): Promise<T> {
  const startMs = performance.now()
  const seconds = (): string => `${((performance.now() - startMs) / 1_000).toFixed(0)} s`
  console.log(`${name}…`)
  const timer = setInterval(() => {
    console.log(`  ${name}: ${seconds()}`)
  }, TELL_EVERY_MS)
  try {
    return await step()
  } finally {
    clearInterval(timer)
  }
}

/** Starts the nodes, and makes a keyspace for each site: each service has a log of its own. */
export async function startDemoCluster(sites: readonly string[]): Promise<DemoCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-nodes-'))
  const forget = (): Promise<void> => rm(directory, { recursive: true, force: true })
  let cluster: Cluster | undefined
  try {
    const onProgress = (step: string): void => {
      console.log(`  ${step}`)
    }
    const started = await told('starting three Cassandra nodes', () =>
      startCluster({ network: NETWORK, directory, onProgress }),
    )
    cluster = started
    const storeOf = (site: string): string => `cql://${started.addresses.join(',')}/${site}?dc=dc1`
    for (const site of sites)
      await told(`making the tables of ${site}`, () => commandLine('migrate', '--store', storeOf(site)))
    return {
      nodes: started.nodes,
      storeOf,
      async close() {
        await started.end()
        await forget()
      },
    }
  } catch (error) {
    await cluster?.end()
    await forget()
    throw error
  }
}
