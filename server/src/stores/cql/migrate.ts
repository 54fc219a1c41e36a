import type { CqlAddress } from './address.ts'
import { type CqlCredentials, type CqlSession, openSession } from './driver/session.ts'
import { onceReady } from './once-ready.ts'
import { type CqlDatabase, createKeyspace, migrations } from './statements.ts'

/** Options for setting up a keyspace. */
export interface MigrateOptions {
  address: CqlAddress
  credentials: CqlCredentials
  database: CqlDatabase
  /** Copies of each profile in each data centre. */
  replicationFactor: number
  /** Called with each version that is made. */
  onVersion: (version: number) => void
}

/** Longest wait for an answer, in ms: nodes that have just started take their time, and nobody's page waits. */
const READ_TIMEOUT_MS = 10_000

/** Key of the row in `schema_version`. */
export const SCHEMA = 'prepaint'

/** The version that is there; 0 where there is none. @throws the node's error where there is no such table. */
export async function versionOf(session: CqlSession): Promise<number> {
  const row = await session.execute('readVersion', [SCHEMA], 'localQuorum')
  return Number(row?.['version'] ?? 0)
}

/**
 * Brings a keyspace to the newest version; each step can be made twice. Resolves with the versions before and after.
 */
export async function migrate(options: MigrateOptions): Promise<{ before: number; after: number }> {
  const { address, credentials, database, replicationFactor, onVersion } = options
  const session = await openSession({
    address,
    dataCentre: address.dataCentre,
    credentials,
    readTimeoutMs: READ_TIMEOUT_MS,
  })
  try {
    const dataCentres = [address.dataCentre, ...address.fallbackDataCentres]
    const keyspace = createKeyspace(
      address.keyspace,
      Object.fromEntries(dataCentres.map((name) => [name, replicationFactor])),
    )
    await onceReady(() => session.change(keyspace))
    const versions = migrations(address.keyspace, database)
    // The first version makes the table in which versions are kept.
    for (const statement of versions[0] ?? []) await onceReady(() => session.change(statement))
    const before = await onceReady(() => versionOf(session))
    for (const [index, statements] of versions.entries()) {
      const version = index + 1
      if (version <= before) continue
      // A node that has not heard yet of the first version's tables would make them again, with ids of its own.
      for (const statement of index === 0 ? [] : statements) await onceReady(() => session.change(statement))
      await onceReady(() => session.execute('writeVersion', [SCHEMA, version], 'localQuorum'))
      onVersion(version)
    }
    return { before, after: Math.max(before, versions.length) }
  } finally {
    await session.close()
  }
}
