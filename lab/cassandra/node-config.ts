import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Position of a node in its cluster, and its addresses. */
export interface NodePlace {
  /** From 0: clusters that run at once have different ones. */
  network: number
  /** From 1, within its network. */
  number: number
  dataCentre: string
  /** Its one token: fixed, so that three nodes that start at once do not have to agree on theirs. */
  token: bigint
  /** All nodes' addresses. */
  seeds: readonly string[]
  /** Address that it announces to clients; a proxy may stand before it. */
  clientAddress: string
  /** True when clients need a password: `cassandra` and `cassandra` until somebody changes it. */
  hasPasswords: boolean
  /** PEM of the key and certificate with which it speaks TLS to clients; undefined: it does not. */
  tls: { key: string; cert: string } | undefined
  /** Folder of its own. */
  directory: string
}

export const NATIVE_PORT = 9042

/** File of the operators' tools' log settings, in a node's folder. */
export const TOOLS_LOGBACK = 'tools-logback.xml'

/** Address of a node: Linux answers for all of 127.0.0.0/8. */
export function addressOf({ network, number }: Pick<NodePlace, 'network' | 'number'>): string {
  return `127.0.${network}.${number}`
}

/** JMX listens at 127.0.0.1 for all nodes, so each needs a port of its own. */
export function jmxPortOf({ network, number }: NodePlace): number {
  return 7198 + 10 * network + number
}

/** Cassandra 5 takes PEM as it is; before, it took Java's key stores only. */
function clientEncryption({ directory }: NodePlace): string {
  return `client_encryption_options:
  enabled: true
  optional: false
  keystore: ${join(directory, IDENTITY)}
  truststore: ${join(directory, IDENTITY)}
  ssl_context_factory: { class_name: org.apache.cassandra.security.PEMBasedSslContextFactory }
`
}

/**
 * Nodes that share their cores are all as slow as the others: the one that seems slower was looked at when it had no core
 * (`dynamic_snitch`), and to have a read answered by another costs both.
 */
function yaml(place: NodePlace): string {
  const { token, seeds, clientAddress, hasPasswords, tls } = place
  const address = addressOf(place)
  return `cluster_name: prepaint-lab
num_tokens: 1
initial_token: "${token}"
auto_bootstrap: false
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: GossipingPropertyFileSnitch
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters: [{ seeds: "${seeds.join(',')}" }]
listen_address: ${address}
rpc_address: ${address}
broadcast_rpc_address: ${clientAddress}
storage_port: 7000
native_transport_port: ${NATIVE_PORT}
start_native_transport: true
${tls ? clientEncryption(place) : ''}authenticator: ${hasPasswords ? 'PasswordAuthenticator' : 'AllowAllAuthenticator'}
commitlog_sync: periodic
commitlog_sync_period: 1000ms
commitlog_segment_size: 8MiB
memtable_heap_space: 64MiB
memtable_offheap_space: 64MiB
key_cache_size: 16MiB
concurrent_reads: 8
concurrent_writes: 8
dynamic_snitch: false
`
}

/** File with the key and certificate of a node. */
const IDENTITY = 'identity.pem'

function logback(directory: string): string {
  return `<configuration>
  <appender name="FILE" class="ch.qos.logback.core.FileAppender">
    <file>${join(directory, 'system.log')}</file>
    <encoder><pattern>%date %-5level %logger{20} %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="FILE"/></root>
</configuration>
`
}

/** Writes a node's configuration; returns the system properties that lead to it. */
export async function writeNodeConfig(place: NodePlace): Promise<string[]> {
  const { directory, dataCentre, number, tls } = place
  await mkdir(directory, { recursive: true })
  const files = {
    'cassandra.yaml': yaml(place),
    'cassandra-rackdc.properties': `dc=${dataCentre}\nrack=rack${number}\n`,
    'logback.xml': logback(directory),
    ...(tls ? { [IDENTITY]: `${tls.key}\n${tls.cert}` } : {}),
    // Without one, the operators' tools print all that their libraries do.
    [TOOLS_LOGBACK]: '<configuration/>\n',
  }
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(directory, name), text)))
  const fileUrl = (name: string): string => `file:${join(directory, name)}`
  const properties = {
    'cassandra.config': fileUrl('cassandra.yaml'),
    'cassandra-rackdc.properties': fileUrl('cassandra-rackdc.properties'),
    'logback.configurationFile': fileUrl('logback.xml'),
    'cassandra.storagedir': join(directory, 'data'),
    'cassandra.logdir': directory,
    'cassandra.jmx.local.port': jmxPortOf(place),
    'cassandra-foreground': 'yes',
    // Defaults: gossip settles for 5 s and more, the ring for 30 s, the first role waits 10 s. Nobody else is in this ring.
    'cassandra.skip_wait_for_gossip_to_settle': 0,
    'cassandra.ring_delay_ms': 2_000,
    'cassandra.superuser_setup_delay_ms': 0,
    // Nodes measured 180 and 181 themselves, with 100,000 rows at each start: it took 4 to 6 s where three nodes share two cores.
    'cassandra.memtable.row_overhead_size': 181,
    // A system call for each task that a thread takes over.
    'cassandra.set_sep_thread_name': false,
    'java.net.preferIPv4Stack': true,
    'jdk.attach.allowAttachSelf': true,
    'io.netty.tryReflectionSetAccessible': true,
  }
  return Object.entries(properties).map(([name, value]) => `-D${name}=${value}`)
}
