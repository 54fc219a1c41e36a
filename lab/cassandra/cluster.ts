import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CassandraError } from './cassandra-error.ts'
import { resolveJars } from './jars.ts'
import { type CassandraNode, createNode } from './node.ts'
import { addressOf } from './node-config.ts'
import { nodetool } from './nodetool.ts'

/** Size and features of the cluster. */
export interface ClusterOptions {
  /** From 1; default 3. */
  nodes?: number
  /** Data centres, `dc1` and so on; nodes join them in turn. Default 1. */
  dataCentres?: number
  /** Number of its 127.0.<network>.0/24; default 0. */
  network?: number
  /** True when clients need a password; default false. */
  hasPasswords?: boolean
  /** Key and certificate by which clients know all nodes, PEM. Default: no TLS. */
  tls?: { key: string; cert: string }
  /** Returns the address at which clients reach a node, given its own. Default: the same. */
  clientAddressOf?: (address: string) => string
  /** Folder of the nodes' data. */
  directory: string
  /** True when the nodes shall outlive us; default false. */
  isDetached?: boolean
  /** True when the nodes shall start sooner, and answer slower than nodes that live for long; default false. */
  isBrief?: boolean
  onProgress?: (step: string) => void
}

/** Cassandra nodes that know each other. */
export interface Cluster {
  nodes: CassandraNode[]
  /** Addresses at which clients reach them. */
  addresses: string[]
  end(): Promise<void>
}

/** The whole ring of Murmur3: -2^63 to 2^63 - 1. */
export const RING = 2n ** 64n

/** Longest wait for nodes that serve clients to hear of each other, in ms: a second as a rule. */
const GOSSIP_TIMEOUT_MS = 60_000

async function untilItKnows({ place, address }: CassandraNode, count: number): Promise<void> {
  const deadlineMs = Date.now() + GOSSIP_TIMEOUT_MS
  for (;;) {
    const status = await nodetool(place, 'status').catch(() => '')
    if (status.match(/^UN /gm)?.length === count) return
    if (Date.now() > deadlineMs)
      throw new CassandraError('node_failed', `Cassandra at ${address} does not hear of the others:\n${status}`)
    await delay(200)
  }
}

/**
 * Resolves when each node knows that all of them are up. Until then a node refuses a keyspace for another's data centre, and
 * takes for agreed what others have not heard of.
 * @throws CassandraError after a minute.
 */
export async function untilAllAreKnown(nodes: readonly CassandraNode[]): Promise<void> {
  await Promise.all(nodes.map((node) => untilItKnows(node, nodes.length)))
}

/** Starts a cluster; resolves when every node serves clients and knows the others. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { nodes: count = 3, dataCentres = 1, network = 0, directory } = options
  const {
    clientAddressOf = (address) => address,
    hasPasswords = false,
    isDetached = false,
    isBrief = false,
    onProgress = () => undefined,
  } = options
  const jars = await resolveJars(onProgress)
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const seeds = numbers.map((number) => addressOf({ network, number }))
  const nodes = numbers.map((number) =>
    createNode(
      {
        network,
        number,
        dataCentre: `dc${((number - 1) % dataCentres) + 1}`,
        token: (RING * BigInt(number - 1)) / BigInt(count) - RING / 2n,
        seeds,
        clientAddress: clientAddressOf(addressOf({ network, number })),
        hasPasswords,
        tls: options.tls,
        directory: join(directory, `node${number}`),
      },
      { jars, isDetached, isBrief },
    ),
  )
  const end = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.end('SIGKILL')))
  }
  onProgress(`starting ${count} Cassandra nodes at ${seeds.join(', ')}`)
  try {
    await Promise.all(nodes.map((node) => node.start()))
    if (count > 1) await untilAllAreKnown(nodes)
  } catch (error) {
    await end()
    throw error
  }
  return { nodes, addresses: nodes.map(({ place }) => place.clientAddress), end }
}
