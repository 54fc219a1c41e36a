import type { CqlCredentials } from '../stores/cql/driver/session.ts'
import { type CommandIo, type CommandValues, textOf } from './command.ts'

/** Reads the credentials for a cluster: from the environment, and `--cql-ca`. */
export function credentialsOf(values: CommandValues, env: CommandIo['env']): CqlCredentials {
  return {
    username: env['PREPAINT_CQL_USERNAME'],
    password: env['PREPAINT_CQL_PASSWORD'],
    caFile: textOf(values, 'cql-ca') ?? env['PREPAINT_CQL_CA'],
  }
}
