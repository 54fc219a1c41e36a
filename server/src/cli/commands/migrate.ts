import { ConfigError } from '../../service/config.ts'
import { flawsOfAddress, parseCqlAddress } from '../../stores/cql/address.ts'
import { migrate as migrateKeyspace } from '../../stores/cql/migrate.ts'
import type { CqlEngine } from '../../stores/cql/statements.ts'
import { type Command, type CommandValues, textOf, UsageError } from '../command.ts'
import { credentialsOf } from '../cql-credentials.ts'

const ENGINES: readonly string[] = ['cassandra', 'scylla'] satisfies CqlEngine[]

/** More copies than nodes make every write fail; nobody has so many nodes in a data centre that more would help. */
const MAX_COPIES = 7

function engineOf(values: CommandValues): CqlEngine {
  const engine = textOf(values, 'engine') ?? 'cassandra'
  if (!ENGINES.includes(engine)) throw new UsageError(`--engine must be one of ${ENGINES.join(', ')}`)
  return engine as CqlEngine
}

function copiesOf(values: CommandValues): number {
  const copies = Number(textOf(values, 'copies') ?? 3)
  if (!Number.isInteger(copies) || copies < 1 || copies > MAX_COPIES)
    throw new UsageError(`--copies must be 1 to ${MAX_COPIES}`)
  return copies
}

/** `migrate`: makes the keyspace and its tables, or brings them to the newest version. */
export const migrate: Command = {
  options: {
    store: { type: 'string', value: 'ADDRESS', help: 'cql://host,…/keyspace?dc=NAME (PREPAINT_STORE)' },
    engine: { type: 'string', value: 'NAME', help: 'cassandra (default) or scylla: how the tables are compacted' },
    copies: { type: 'string', value: 'N', help: 'copies of each profile in each data centre, default 3' },
    'cql-ca': { type: 'string', value: 'FILE', help: "authorities of the cluster's certificates (PREPAINT_CQL_CA)" },
  },
  async run(values, { env, stdout }) {
    const text = textOf(values, 'store') ?? env['PREPAINT_STORE']
    if (text === undefined) throw new UsageError('--store ADDRESS is missing')
    const [flaw] = flawsOfAddress(text)
    if (flaw !== undefined) throw new ConfigError(flaw)
    const isJson = values['json'] === true
    const { before, after } = await migrateKeyspace({
      address: parseCqlAddress(text),
      credentials: credentialsOf(values, env),
      engine: engineOf(values),
      copies: copiesOf(values),
      onVersion: (version) => (isJson ? undefined : stdout.write(`version ${version} is made\n`)),
    })
    if (isJson) stdout.write(`${JSON.stringify({ before, after })}\n`)
    else stdout.write(before === after ? `up to date at version ${after}\n` : `from version ${before} to ${after}\n`)
  },
}
