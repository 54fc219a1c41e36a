import { parseCqlAddress } from '../../stores/cql/address.ts'
import { migrate as migrateKeyspace } from '../../stores/cql/migrate.ts'
import type { CqlDatabase } from '../../stores/cql/statements.ts'
import { type Command, type CommandValues, textOf, UsageError } from '../command.ts'
import { credentialsOf } from '../cql-credentials.ts'
import { checkStoreAddress } from '../store-address.ts'

const ENGINES: readonly string[] = ['cassandra', 'scylla'] satisfies CqlDatabase[]

/** More copies than nodes make every write fail; nobody has so many nodes in a data centre that more would help. */
const MAX_REPLICATION_FACTOR = 7

function databaseOf(values: CommandValues): CqlDatabase {
  const database = textOf(values, 'engine') ?? 'cassandra'
  if (!ENGINES.includes(database)) throw new UsageError(`--engine must be one of ${ENGINES.join(', ')}`)
  return database as CqlDatabase
}

function replicationFactorOf(values: CommandValues): number {
  const factor = Number(textOf(values, 'replication-factor') ?? 3)
  if (!Number.isInteger(factor) || factor < 1 || factor > MAX_REPLICATION_FACTOR)
    throw new UsageError(`--replication-factor must be 1 to ${MAX_REPLICATION_FACTOR}`)
  return factor
}

/** `migrate`: makes the keyspace and its tables, or brings them to the newest version. */
export const migrate: Command = {
  options: {
    store: { type: 'string', value: 'ADDRESS', help: 'cql://host,…/keyspace?dc=NAME (PREPAINT_STORE)' },
    engine: { type: 'string', value: 'NAME', help: 'cassandra (default) or scylla: how the tables are compacted' },
    'replication-factor': {
      type: 'string',
      value: 'N',
      help: 'replicas of each profile in each data centre, default 3',
      formerly: 'copies',
    },
    'cql-ca': { type: 'string', value: 'FILE', help: "authorities of the cluster's certificates (PREPAINT_CQL_CA)" },
  },
  async run(values, { env, stdout }) {
    const text = textOf(values, 'store') ?? env['PREPAINT_STORE']
    if (text === undefined) throw new UsageError('--store ADDRESS is missing')
    const isJson = values['json'] === true
    const { before, after } = await migrateKeyspace({
      address: parseCqlAddress(checkStoreAddress(text)),
      credentials: credentialsOf(values, env),
      database: databaseOf(values),
      replicationFactor: replicationFactorOf(values),
      onVersion: (version) => (isJson ? undefined : stdout.write(`version ${version} is made\n`)),
    })
    if (isJson) stdout.write(`${JSON.stringify({ before, after })}\n`)
    else stdout.write(before === after ? `up to date at version ${after}\n` : `from version ${before} to ${after}\n`)
  },
}
