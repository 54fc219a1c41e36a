import { readFile } from 'node:fs/promises'
import cassandra from 'cassandra-driver'
import type { CqlAddress } from '../address.ts'
import { type StatementName, statements } from '../statements.ts'
import { ClusterError, entryError, queryError } from './cluster-error.ts'
import type { Hedge } from './hedge.ts'
import { avoidSilentHosts } from './load-balancing.ts'
import { createLostHosts } from './lost-hosts.ts'
import { createSilentHosts } from './silent-hosts.ts'

const { Client, errors, policies, types } = cassandra

/**
 * The driver's own limit, in ms: it is there to tell a dead host, not to keep a budget. The driver closes a connection
 * after so many limits in a row that a pause of the collector must not look like them.
 */
const READ_TIMEOUT_MS = 250
const TIMEOUTS_UNTIL_DEFUNCT = 400

/** Longest wait for a quorum, in ms: nobody's page waits for one. */
const QUORUM_TIMEOUT_MS = 5_000

/** Longest wait for a change of the schema, in ms: all nodes have to agree. */
const SCHEMA_TIMEOUT_MS = 30_000

/** Pause between heartbeats of an idle connection, in ms; the default of 30 s finds a half-open one too late. */
const HEARTBEAT_MS = 5_000

/** Rows that are fetched at once of a part of a table, and the longest wait for them, in ms. */
const PAGE_ROWS = 500
const PAGE_TIMEOUT_MS = 10_000

/** Credentials for the cluster; from the environment, never from an address. */
export interface CqlCredentials {
  username?: string | undefined
  password?: string | undefined
  /** File with the authorities' certificates, PEM. */
  caFile?: string | undefined
}

/** A value that is bound to a statement. */
export type CqlValue = string | number | bigint | Buffer

/** One row of an answer. */
export type CqlRow = { readonly [column: string]: unknown }

/** Replicas that have to answer: one near for a decision, most of the near ones for the truth. */
export type Consistency = 'localOne' | 'localQuorum'

/**
 * Connections to one data centre of a cluster. This is the seam for another driver, such as ScyllaDB's own that knows the
 * shards of a node: nothing else imports one.
 */
export interface CqlSession {
  execute(name: StatementName, values: readonly CqlValue[], consistency: Consistency): Promise<CqlRow | undefined>
  executeAll(name: StatementName): Promise<CqlRow[]>
  /** Many rows, some at a time, at LOCAL_QUORUM. */
  pages(name: StatementName, values: readonly CqlValue[]): AsyncIterable<CqlRow[]>
  /** A statement that changes the schema. */
  change(statement: string): Promise<void>
  close(): Promise<void>
}

/** Options of a session. */
export interface SessionOptions {
  address: Pick<CqlAddress, 'contactPoints' | 'port' | 'keyspace' | 'isTls'>
  dataCentre: string
  credentials: CqlCredentials
  /** Absent: nothing is asked twice. */
  hedge?: Hedge
  /** Time that the driver waits for a node, in ms. Default 250. */
  readTimeoutMs?: number
  /** Called when so many nodes are lost at once that their last acknowledged writes may be lost. */
  onLoss?: () => void
}

/** True when a node has answered that it knows no such keyspace, table or column. */
export function isRefusal(error: unknown): boolean {
  const cause = error instanceof ClusterError ? error.cause : error
  return cause instanceof errors.ResponseError && cause.code === types.responseErrorCodes.invalid
}

/** Answers by which a node refuses a statement for ever. */
const FINAL: readonly number[] = [
  types.responseErrorCodes.protocolError,
  types.responseErrorCodes.badCredentials,
  types.responseErrorCodes.syntaxError,
  types.responseErrorCodes.unauthorized,
  types.responseErrorCodes.configError,
  types.responseErrorCodes.alreadyExists,
]

/** True when the same statement may be answered a little later. */
export function mayPass(error: unknown): boolean {
  const cause = error instanceof ClusterError ? error.cause : error
  return !(cause instanceof errors.ResponseError && FINAL.includes(cause.code))
}

/** Start of the statement that a page waits for. */
const READ = 'SELECT row FROM'

/** The statement that data centres are probed with. */
export const PROBE = 'readVersion' satisfies StatementName

/** A probe asks another node after so many ms, and a third one after as many more: a node that hangs is no data centre. */
const PROBE_AGAIN_MS = 80
const PROBED_NODES = 3

/** Asks a read of a row a second time when the hedge says so; the driver's own policy knows only a fixed delay. */
function speculation(hedge: Hedge, probe: string): cassandra.policies.speculativeExecution.SpeculativeExecutionPolicy {
  return {
    init: () => undefined,
    shutdown: () => undefined,
    getOptions: () => new Map(),
    newPlan(_keyspace, query) {
      let asked = 0
      if (query === probe) return { nextExecution: (): number => (++asked < PROBED_NODES ? PROBE_AGAIN_MS : -1) }
      const delayMs = typeof query === 'string' && query.startsWith(READ) ? hedge.begin() : undefined
      return {
        // The driver calls once for the first host, and again when it has asked the second.
        nextExecution: (): number => {
          if (asked++ > 0) hedge.spend()
          return asked === 1 && delayMs !== undefined ? delayMs : -1
        },
      }
    },
  }
}

/** A row that carries no time of its own gets the cluster's: what a service's wrong clock gave would hide later rows. */
function clusterTime(): cassandra.policies.timestampGeneration.TimestampGenerator {
  return Object.assign(new policies.timestampGeneration.MonotonicTimestampGenerator(0, 0), { next: () => null })
}

async function clientOptions(options: SessionOptions, probe: string): Promise<cassandra.ClientOptions> {
  const { address, dataCentre, credentials, hedge, readTimeoutMs = READ_TIMEOUT_MS } = options
  const { username, password, caFile } = credentials
  const { loadBalancing, requestTracker } = avoidSilentHosts(
    dataCentre,
    createSilentHosts(() => performance.now()),
  )
  return {
    contactPoints: address.contactPoints,
    protocolOptions: { port: address.port },
    // The near data centre is told to the policy alone: as `localDataCenter` one that is not there would be found before the
    // connection has an owner, and each try would leave one open (cassandra-driver 4.10.0).
    ...(username === undefined ? {} : { credentials: { username, password: password ?? '' } }),
    ...(address.isTls
      ? { sslOptions: { rejectUnauthorized: true, ...(caFile === undefined ? {} : { ca: [await readFile(caFile)] }) } }
      : {}),
    policies: {
      loadBalancing,
      retry: new policies.retry.IdempotenceAwareRetryPolicy(new policies.retry.RetryPolicy()),
      timestampGeneration: clusterTime(),
      reconnection: new policies.reconnection.ConstantReconnectionPolicy(500),
      ...(hedge ? { speculativeExecution: speculation(hedge, probe) } : {}),
    },
    requestTracker,
    pooling: { heartBeatInterval: HEARTBEAT_MS, warmup: true },
    socketOptions: {
      readTimeout: readTimeoutMs,
      defunctReadTimeoutThreshold: TIMEOUTS_UNTIL_DEFUNCT,
      tcpNoDelay: true,
    },
    // Every value is bound; the copy that the driver makes by default is not needed, since rows are decoded at once.
    encoding: { useUndefinedAsUnset: true, useBigIntAsLong: true, copyBuffer: false },
  }
}

function watchHosts(client: cassandra.Client, dataCentre: string, onLoss: () => void): void {
  const isNear = (host: cassandra.Host): boolean => host.datacenter === dataCentre
  const lostHosts = createLostHosts(
    () => client.hosts.values().filter(isNear).length,
    () => performance.now(),
  )
  client.on('hostDown', (host: cassandra.Host) => {
    if (isNear(host) && lostHosts.lost(host.address)) onLoss()
  })
  client.on('hostUp', ({ address }: cassandra.Host) => lostHosts.back(address))
}

const consistencies = { localOne: types.consistencies.localOne, localQuorum: types.consistencies.localQuorum }

async function connect(options: SessionOptions, probe: string): Promise<cassandra.Client> {
  const client = new Client(await clientOptions(options, probe))
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.shutdown()
    throw error
  }
}

/**
 * Opens connections to the nodes of one data centre.
 * @throws ClusterError where it is known what to change; so does each question. Else the driver's own.
 */
export async function openSession(options: SessionOptions): Promise<CqlSession> {
  const { keyspace, contactPoints } = options.address
  const place = `${contactPoints.join(', ')} (data centre ${options.dataCentre}, keyspace ${keyspace})`
  // Those of the engine itself have their keyspace.
  const inKeyspace = (text: string): string => text.replace(/\b(FROM|INTO) (?!\S*\.)/, `$1 ${keyspace}.`)
  const texts = Object.fromEntries(Object.entries(statements).map(([name, text]) => [name, inKeyspace(text)]))
  const client = await connect(options, texts[PROBE] as string).catch((error: unknown) => {
    throw entryError(error, place)
  })
  if (options.onLoss) watchHosts(client, options.dataCentre, options.onLoss)

  async function query(
    name: StatementName,
    values: readonly CqlValue[],
    consistency: Consistency,
    extra: cassandra.QueryOptions = {},
  ): Promise<cassandra.types.ResultSet> {
    try {
      return await client.execute(texts[name] as string, values, {
        prepare: true,
        // Also writes: each carries its own timestamp, so that twice is once.
        isIdempotent: true,
        consistency: consistencies[consistency],
        ...(consistency === 'localQuorum' ? { readTimeout: QUORUM_TIMEOUT_MS } : {}),
        ...extra,
      })
    } catch (error) {
      throw queryError(error, place)
    }
  }

  return {
    async execute(name, values, consistency) {
      return (await query(name, values, consistency)).first() ?? undefined
    },
    async executeAll(name) {
      return (await query(name, [], 'localQuorum')).rows
    },
    async *pages(name, values) {
      let place: string | undefined
      do {
        const options = {
          fetchSize: PAGE_ROWS,
          readTimeout: PAGE_TIMEOUT_MS,
          ...(place === undefined ? {} : { pageState: place }),
        }
        const { rows, pageState } = await query(name, values, 'localQuorum', options)
        yield rows
        place = pageState
      } while (place)
    },
    async change(statement) {
      await client.execute(statement, [], { readTimeout: SCHEMA_TIMEOUT_MS, consistency: consistencies.localQuorum })
    },
    close: () => client.shutdown(),
  }
}
