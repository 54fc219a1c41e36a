import { findSecret } from '../identity/secret.ts'
import { type CommandIo, type CommandOption, type CommandValues, textOf, UsageError } from './command.ts'

/** Options of the commands that sign on the service's behalf. */
export const secretOptions = {
  site: { type: 'string', value: 'NAME', help: '`site` in the catalog' },
  data: { type: 'string', value: 'DIR', help: "the service's data directory, default ./data (PREPAINT_DATA)" },
} satisfies { [name: string]: CommandOption }

/**
 * The site and the secret of the service that answers for it: of the environment, else kept in its data directory. None
 * is made here: what it signed would be worth nothing to the service.
 * @throws UsageError
 */
export async function siteSecretOf(
  values: CommandValues,
  env: CommandIo['env'],
): Promise<{ site: string; secret: string }> {
  const site = textOf(values, 'site') ?? ''
  if (!/^[\w-]{1,64}$/.test(site)) throw new UsageError('--site NAME is missing, or is no name of a site')
  const data = textOf(values, 'data') ?? env['PREPAINT_DATA'] ?? './data'
  const secret = env['PREPAINT_SECRET'] ?? (await findSecret(data))
  if (secret === undefined)
    throw new UsageError(`no secret in ${data}: set PREPAINT_SECRET, or --data of a service that has run`)
  return { site, secret }
}
