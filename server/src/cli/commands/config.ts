import { resolveSettings } from '../../settings/resolve-settings.ts'
import type { Command } from '../command.ts'
import { operatorSettings, readSettings, serviceOptions } from '../settings.ts'

/** One setting as it is in effect. */
interface Row {
  setting: string
  value: unknown
  /** The option, the variable, or `default`. */
  from: string
}

const MASK = '********'

function shown(value: unknown, isSecret = false): unknown {
  if (value === undefined) return 'none'
  if (isSecret) return MASK
  // JSON knows no infinity.
  return value === Infinity ? 'any number' : value
}

function format(rows: readonly Row[]): string {
  const lines = rows.map(({ setting, value, from }) => `${setting.padEnd(18)} ${String(value).padEnd(28)} ${from}`)
  return `${lines.join('\n')}\n`
}

/** `config`: whether `start` would take these settings, and what they come to. */
export const config: Command = {
  options: { ...serviceOptions, print: { type: 'boolean', help: 'show every setting; secrets are masked' } },
  async run(values, { env, stdout }) {
    const given = readSettings(values, env, { catalogs: [], dataDirectory: './data' })
    const effective = resolveSettings(given.config)
    const rows = operatorSettings.map(({ key, isSecret }): Row => ({
      setting: key,
      value: shown(effective[key], isSecret),
      from: given.sources[key] ?? 'default',
    }))
    const isJson = values['json'] === true
    if (values['print'] !== true) stdout.write(isJson ? '{"ok":true}\n' : 'the settings can be used\n')
    else stdout.write(isJson ? `${JSON.stringify({ settings: rows })}\n` : format(rows))
  },
}
