import { expect, test } from 'vitest'
import { createKeyspace, migrations, statements } from '../../../src/stores/cql/statements.ts'

/**
 * CQL that Cassandra and ScyllaDB both take (their references: SELECT by partition key or by a range of tokens, INSERT
 * with timestamp and time to live, tables of plain types): no collection, counter, index, materialised view, batch or
 * lightweight transaction.
 */
const COLUMN = '[a-z_]+ (text|int|bigint|blob)( PRIMARY KEY)?'
const KEY = 'PRIMARY KEY \\(\\([a-z_, ]+\\)\\)'
const NAME = '[a-z_0-9]+(\\.[a-z_0-9]+)?'
const COMPACTIONS = ['LeveledCompactionStrategy', 'IncrementalCompactionStrategy']

const ALLOWED = [
  new RegExp(
    `^SELECT [a-z_, ]+, TTL\\([a-z_]+\\) AS [a-z_]+, token\\([a-z_, ]+\\) AS [a-z_]+ FROM ${NAME} ` +
      'WHERE token\\([a-z_, ]+\\) > \\? AND token\\([a-z_, ]+\\) <= \\?$',
  ),
  new RegExp(`^SELECT [a-z_, ]+ FROM ${NAME}( WHERE [a-z_]+ = \\?( AND [a-z_]+ = \\?)*)?$`),
  new RegExp(`^INSERT INTO ${NAME} \\([a-z_, ]+\\) VALUES \\(\\?(, \\?)*\\)( USING TIMESTAMP \\?( AND TTL \\?)?)?$`),
  new RegExp(
    `^CREATE KEYSPACE IF NOT EXISTS ${NAME} WITH replication = \\{'class': 'NetworkTopologyStrategy'(, '[\\w.-]+': \\d)+\\}$`,
  ),
  new RegExp(
    `^CREATE TABLE IF NOT EXISTS ${NAME} \\(${COLUMN}(, ${COLUMN})*(, ${KEY})?\\)` +
      `( WITH compaction = \\{'class': '(${COMPACTIONS.join('|')})'\\})?$`,
  ),
]

const all = [
  ...Object.values(statements),
  createKeyspace('prepaint', { dc1: 3, 'eu-west': 2 }),
  ...migrations('prepaint', 'cassandra').flat(),
  ...migrations('prepaint', 'scylla').flat(),
]

test.each(all)('%s is CQL that both engines take', (statement) => {
  expect(ALLOWED.some((form) => form.test(statement))).toBe(true)
})

test.each([
  'UPDATE profiles SET row = ? WHERE site = ? AND visitor = ?',
  'INSERT INTO profiles (site) VALUES (?) IF NOT EXISTS',
  'SELECT row FROM profiles WHERE site = ? ALLOW FILTERING',
  'CREATE TABLE IF NOT EXISTS k.t (a text PRIMARY KEY, b counter)',
  'CREATE TABLE IF NOT EXISTS k.t (a text PRIMARY KEY, b map<text, text>)',
])('%s is not', (statement) => {
  expect(ALLOWED.some((form) => form.test(statement))).toBe(false)
})
