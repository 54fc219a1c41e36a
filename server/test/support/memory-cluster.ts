import type { CqlRow, CqlSession, CqlValue } from '../../src/stores/cql/driver/session.ts'
import type { StatementName } from '../../src/stores/cql/statements.ts'

/** A cluster in memory that takes the statements of the data path, as its driver would: a row with a later time wins. */
export interface MemoryCluster {
  session(): CqlSession
  /** Statements so far, in order. */
  asked: { name: StatementName; values: readonly CqlValue[] }[]
  /** Statements that changed the schema. */
  changes: string[]
  /** Most statements that were under way at once. */
  mostAtOnce: number
  /** Fails statements for which it returns an error. */
  failure: (name: StatementName, values: readonly CqlValue[]) => unknown
}

const TABLES: { readonly [name in StatementName]?: [table: string, columns: string[], keys: number] } = {
  writeRow: ['profiles', ['site', 'visitor', 'row', 'epoch', 'log_offset', 'written_us', 'timestamp', 'ttl_s'], 2],
  readRow: ['profiles', [], 2],
  readBase: ['profiles', [], 2],
  writeProgress: ['progress', ['log', 'epoch', 'log_offset'], 1],
  readProgress: ['progress', [], 1],
  writeSettled: ['settled', ['log', 'log_offset'], 1],
  readSettled: ['settled', [], 1],
  writeDefinitions: ['definitions', ['site', 'definitions', 'timestamp'], 1],
  listDefinitions: ['definitions', [], 0],
  listProgress: ['progress', [], 0],
  writeHeartbeat: ['heartbeats', ['name', 'data_centre', 'at_ms'], 1],
  readHeartbeat: ['heartbeats', [], 1],
  writeVersion: ['versions', ['name', 'version'], 1],
  readVersion: ['versions', [], 1],
  readReplication: ['keyspaces', [], 1],
}

/** Makes an empty one. */
export function createMemoryCluster(): MemoryCluster {
  const rows = new Map<string, CqlRow>()
  let underWay = 0

  async function execute(name: StatementName, values: readonly CqlValue[]): Promise<CqlRow | undefined> {
    cluster.asked.push({ name, values })
    cluster.mostAtOnce = Math.max(cluster.mostAtOnce, ++underWay)
    await Promise.resolve()
    underWay--
    const failure = cluster.failure(name, values)
    if (failure !== undefined) throw failure
    const [table, columns, keys] = TABLES[name] as [string, string[], number]
    const key = JSON.stringify([table, ...values.slice(0, keys)])
    const before = rows.get(key)
    if (columns.length === 0) return before
    const row = Object.fromEntries(columns.map((column, index) => [column, values[index]]))
    const isLater =
      ((before?.['timestamp'] as bigint | undefined) ?? -1n) <= ((row['timestamp'] as bigint | undefined) ?? 0n)
    if (isLater) rows.set(key, row)
    return undefined
  }

  const cluster: MemoryCluster = {
    asked: [],
    changes: [],
    mostAtOnce: 0,
    failure: () => undefined,
    session() {
      let isClosed = false
      const open = (): void => {
        if (isClosed) throw new Error('the session is closed')
      }
      return {
        async execute(name, values) {
          open()
          return execute(name, values)
        },
        async executeAll(name) {
          open()
          const [table] = TABLES[name] as [string, string[], number]
          return [...rows].filter(([key]) => key.startsWith(`["${table}"`)).map(([, row]) => row)
        },
        async *pages() {
          open()
          yield []
        },
        async change(statement) {
          open()
          cluster.changes.push(statement)
        },
        async close() {
          isClosed = true
        },
      }
    },
  }
  return cluster
}
