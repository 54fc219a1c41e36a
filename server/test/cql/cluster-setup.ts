import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { startCluster } from '../../../lab/cassandra/cluster.ts'
import type { CqlDatabase } from '../../src/stores/cql/statements.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Addresses of the cluster's nodes. */
    cassandra: string[]
    engine: CqlDatabase
  }
}

/** Number of the 127.0.<network>.0/24 of the tests' cluster: not that of `npm run cassandra`. */
const NETWORK = 7

/** Three nodes, and how to be rid of them. */
interface Nodes {
  addresses: string[]
  end(): Promise<void>
}

async function startCassandra(): Promise<Nodes> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-cassandra-'))
  const onProgress = (step: string): void => void process.stderr.write(`${step}…\n`)
  const cluster = await startCluster({ network: NETWORK, directory, onProgress })
  return {
    addresses: cluster.addresses,
    async end() {
      await cluster.end()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The nodes of `compose.yaml`. */
async function startScylla(): Promise<Nodes> {
  const compose = async (...args: string[]): Promise<void> => {
    process.stderr.write(`docker compose ${args.join(' ')}…\n`)
    await promisify(execFile)('docker', ['compose', ...args])
  }
  await compose('up', '--wait')
  return { addresses: ['172.30.7.1', '172.30.7.2', '172.30.7.3'], end: () => compose('down', '--volumes') }
}

/** Nodes that run already: `PREPAINT_TEST_CLUSTER=127.0.0.1,…`. */
async function useGiven(addresses: string): Promise<Nodes> {
  return { addresses: addresses.split(','), end: () => Promise.resolve() }
}

/**
 * One cluster of three real nodes for all test files: it takes longer to start than most of them to run.
 * `PREPAINT_TEST_ENGINE=scylla` chooses ScyllaDB.
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { PREPAINT_TEST_CLUSTER: given, PREPAINT_TEST_ENGINE: engine = 'cassandra' } = process.env
  if (engine !== 'cassandra' && engine !== 'scylla') throw new Error('PREPAINT_TEST_ENGINE must be cassandra or scylla')
  const start = engine === 'scylla' ? startScylla : startCassandra
  const { addresses, end } = await (given === undefined ? start() : useGiven(given))
  provide('cassandra', addresses)
  provide('engine', engine)
  return end
}
