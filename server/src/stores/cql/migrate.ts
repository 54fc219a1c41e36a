import { setTimeout as delay } from 'node:timers/promises'
import type { CqlAddress } from './address.ts'
import { type CqlCredentials, type CqlSession, isRefusal, openSession } from './driver/session.ts'
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

/** Pause before a node that does not know yet what another one has made is asked again, in ms, and how often at most. */
const NEWS_AFTER_MS = 200
const MAX_TRIES = 50

/**
 * Takes a step that needs the one before. The driver waits until all nodes agree, but nodes that have just started, and do
 * not know of each other yet, agree too soon (Cassandra 5.0.8: "Keyspace 'prepaint' doesn't exist").
 */
async function onceKnown<Result>(step: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await step()
    } catch (error) {
      if (tries === MAX_TRIES || !isRefusal(error)) throw error
      await delay(NEWS_AFTER_MS)
    }
  }
}

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
    await session.change(
      createKeyspace(address.keyspace, Object.fromEntries(dataCentres.map((name) => [name, replicationFactor]))),
    )
    const versions = migrations(address.keyspace, database)
    // The first version makes the table in which versions are kept.
    for (const statement of versions[0] ?? []) await onceKnown(() => session.change(statement))
    const before = await onceKnown(() => versionOf(session))
    for (const [index, statements] of versions.entries()) {
      const version = index + 1
      if (version <= before) continue
      for (const statement of statements) await onceKnown(() => session.change(statement))
      await onceKnown(() => session.execute('writeVersion', [SCHEMA, version], 'localQuorum'))
      onVersion(version)
    }
    return { before, after: Math.max(before, versions.length) }
  } finally {
    await session.close()
  }
}
