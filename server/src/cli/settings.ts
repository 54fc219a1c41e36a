import type { ServiceConfig } from '../config.ts'
import { type CommandIo, type CommandOption, type CommandValues, textOf, textsOf } from './command.ts'

/** Options of the commands that run a service. Each has a variable of the environment, which it overrides. */
export const serviceOptions = {
  catalog: { type: 'string', multiple: true, value: 'FILE', help: 'catalog, repeatable (PREPAINT_CATALOG, by commas)' },
  data: { type: 'string', value: 'DIR', help: 'where log, profiles and secret are kept (PREPAINT_DATA)' },
  port: { type: 'string', value: 'N', help: 'default 4310; 0 takes a free one (PREPAINT_PORT)' },
  host: { type: 'string', value: 'ADDRESS', help: 'default 127.0.0.1; beyond it set PREPAINT_SECRET (PREPAINT_HOST)' },
  budget: { type: 'string', value: 'MS', help: 'longest wait for a profile, default 8 (PREPAINT_BUDGET_MS)' },
} satisfies { [name: string]: CommandOption }

/** Where a command looks when neither an option nor the environment says anything. */
export interface SettingsDefaults {
  catalogs: string[]
  dataDirectory: string
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  // `Number('')` is 0, which would be a port.
  return text.trim() === '' ? Number.NaN : Number(text)
}

/** Joins command line, environment and defaults, in this order. */
export function readConfig(values: CommandValues, env: CommandIo['env'], defaults: SettingsDefaults): ServiceConfig {
  const given = textsOf(values, 'catalog')
  const fromEnv = (env['PREPAINT_CATALOG'] ?? '').split(',').filter((file) => file !== '')
  const port = numberOf(textOf(values, 'port') ?? env['PREPAINT_PORT'])
  const host = textOf(values, 'host') ?? env['PREPAINT_HOST']
  const budgetMs = numberOf(textOf(values, 'budget') ?? env['PREPAINT_BUDGET_MS'])
  const secret = env['PREPAINT_SECRET']
  return {
    catalogs: [given, fromEnv, defaults.catalogs].find((files) => files.length > 0) ?? [],
    dataDirectory: textOf(values, 'data') ?? env['PREPAINT_DATA'] ?? defaults.dataDirectory,
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    ...(budgetMs === undefined ? {} : { budgetMs }),
    ...(secret === undefined ? {} : { secret }),
  }
}
