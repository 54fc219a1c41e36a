import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startCluster } from '../../../lab/cassandra/cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Addresses of the cluster's nodes. */
    cassandra: string[]
  }
}

/** Which 127.0.<network>.0/24 the tests' cluster lives in: not that of `npm run cassandra`. */
const NETWORK = 7

/** Nodes that run already, such as ScyllaDB's of `compose.yaml`: `PREPAINT_TEST_CLUSTER=127.0.0.1,…`. */
const given = process.env['PREPAINT_TEST_CLUSTER']

/** One cluster of three real nodes for all test files: it takes longer to start than most of them to run. */
export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (given !== undefined) return void provide('cassandra', given.split(','))
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-cassandra-'))
  const onProgress = (step: string): void => void process.stderr.write(`${step}…\n`)
  const cluster = await startCluster({ network: NETWORK, directory, onProgress })
  provide('cassandra', cluster.addresses)
  return async () => {
    await cluster.end()
    await rm(directory, { recursive: true, force: true })
  }
}
