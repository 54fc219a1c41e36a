/** Statements of the data path. Each is prepared once; ScyllaDB takes all of them too, which a test holds. */
export const statements = {
  readRow: 'SELECT row FROM profiles WHERE site = ? AND visitor = ?',
  readBase: 'SELECT row, epoch, log_offset, written_us FROM profiles WHERE site = ? AND visitor = ?',
  writeRow:
    'INSERT INTO profiles (site, visitor, row, epoch, log_offset, written_us) VALUES (?, ?, ?, ?, ?, ?) ' +
    'USING TIMESTAMP ? AND TTL ?',
  /** A part of the whole table, for who copies it. */
  scanRows:
    'SELECT site, visitor, row, epoch, log_offset, written_us, TTL(row) AS ttl_s, token(site, visitor) AS place ' +
    'FROM profiles WHERE token(site, visitor) > ? AND token(site, visitor) <= ?',
  readProgress: 'SELECT epoch, log_offset FROM progress WHERE log = ?',
  listProgress: 'SELECT log, epoch, log_offset FROM progress',
  writeProgress: 'INSERT INTO progress (log, epoch, log_offset) VALUES (?, ?, ?)',
  readSettled: 'SELECT log_offset FROM settled WHERE log = ?',
  writeSettled: 'INSERT INTO settled (log, log_offset) VALUES (?, ?)',
  listDefinitions: 'SELECT site, definitions FROM definitions',
  writeDefinitions: 'INSERT INTO definitions (site, definitions) VALUES (?, ?) USING TIMESTAMP ?',
  readHeartbeat: 'SELECT at_ms FROM heartbeats WHERE name = ?',
  writeHeartbeat: 'INSERT INTO heartbeats (name, data_centre, at_ms) VALUES (?, ?, ?)',
  readReplication: 'SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?',
  readVersion: 'SELECT version FROM schema_version WHERE name = ?',
  writeVersion: 'INSERT INTO schema_version (name, version) VALUES (?, ?)',
} as const

/** Name of a statement of the data path. */
export type StatementName = keyof typeof statements

/** Engines that speak CQL and differ in how they keep rows that are often written anew. */
export type CqlDatabase = 'cassandra' | 'scylla'

/**
 * Rows are replaced whole and read one by one: few sorted files a read matters more than cheap writes (Cassandra's
 * documentation of LeveledCompactionStrategy; ScyllaDB recommends its incremental strategy for the same load).
 */
const COMPACTION: { readonly [Database in CqlDatabase]: string } = {
  cassandra: "{'class': 'LeveledCompactionStrategy'}",
  scylla: "{'class': 'IncrementalCompactionStrategy'}",
}

/** A keyspace with so many copies in each data centre. */
export function createKeyspace(keyspace: string, replicas: { readonly [dataCentre: string]: number }): string {
  const replication = Object.entries(replicas)
    .map(([dataCentre, count]) => `, '${dataCentre}': ${count}`)
    .join('')
  return `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = {'class': 'NetworkTopologyStrategy'${replication}}`
}

/**
 * Returns the statements that each version of the schema adds, from 1; a version that has been published never changes.
 */
export function migrations(keyspace: string, database: CqlDatabase): readonly (readonly string[])[] {
  return [
    [
      `CREATE TABLE IF NOT EXISTS ${keyspace}.schema_version (name text PRIMARY KEY, version int)`,
      `CREATE TABLE IF NOT EXISTS ${keyspace}.profiles (site text, visitor text, row blob, epoch int, log_offset bigint, ` +
        `written_us bigint, PRIMARY KEY ((site, visitor))) WITH compaction = ${COMPACTION[database]}`,
      `CREATE TABLE IF NOT EXISTS ${keyspace}.progress (log text PRIMARY KEY, epoch int, log_offset bigint)`,
    ],
    [`CREATE TABLE IF NOT EXISTS ${keyspace}.heartbeats (name text PRIMARY KEY, data_centre text, at_ms bigint)`],
    [`CREATE TABLE IF NOT EXISTS ${keyspace}.settled (log text PRIMARY KEY, log_offset bigint)`],
    [`CREATE TABLE IF NOT EXISTS ${keyspace}.definitions (site text PRIMARY KEY, definitions text)`],
  ]
}

/** The version that `migrate` brings a keyspace to. */
export const SCHEMA_VERSION = migrations('', 'cassandra').length
