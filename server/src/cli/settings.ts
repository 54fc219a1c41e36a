import type { Setting } from '../settings/setting.ts'
import { rows, type ServiceConfig, type Settings } from '../settings/settings.ts'
import { type CommandIo, type CommandOption, type CommandValues, UsageError } from './command.ts'

/** A setting that an operator makes, by an option or a variable. */
interface OperatorSetting extends Setting<unknown, Settings> {
  key: keyof ServiceConfig
  variable: string
  help: string
}

/** Every setting of an operator, in the order of the help. */
export const operatorSettings: readonly OperatorSetting[] = rows.flatMap(([key, setting]) => {
  const { variable, help = '' } = setting
  return variable === undefined ? [] : [{ ...setting, key, variable, help }]
})

function optionOf({ value, isList, help, variable, formerly }: OperatorSetting): CommandOption {
  const told = `${help} (${variable}${isList ? ', by commas' : ''})`
  if (value === undefined) return { type: 'boolean', help: told }
  const old = formerly ? { formerly: formerly.option } : {}
  return { type: 'string', value, help: told, ...(isList ? { multiple: true } : {}), ...old }
}

/** Options of the commands that run a service. Each overrides its variable of the environment. */
export const serviceOptions: { [name: string]: CommandOption } = Object.fromEntries(
  operatorSettings.flatMap((setting) => (setting.option === undefined ? [] : [[setting.option, optionOf(setting)]])),
)

/** Defaults that a command uses if neither an option nor the environment gives a value. */
export interface SettingsDefaults {
  catalogs: string[]
  dataDirectory: string
}

/** Settings with the source of each: the option, the variable or `default`. */
export interface GivenSettings {
  config: ServiceConfig
  sources: { [Key in keyof ServiceConfig]?: string }
}

function readText({ read }: OperatorSetting, text: string, variable: string): unknown {
  const value = read(text)
  if (value === undefined) throw new UsageError(`${variable} must be 1 or 0`)
  return value
}

function given(setting: OperatorSetting, values: CommandValues, env: CommandIo['env']) {
  const { option, variable: name, formerly } = setting
  const flag = option === undefined ? undefined : values[option]
  // A list and a switch come as what they are.
  if (flag !== undefined)
    return { source: `--${option}`, value: typeof flag === 'string' ? readText(setting, flag, name) : flag }
  const variable = env[name] === undefined && formerly ? formerly.variable : name
  const text = env[variable]
  return text === undefined ? undefined : { source: variable, value: readText(setting, text, variable) }
}

/** Joins command line, environment and defaults, in this order. */
export function readSettings(values: CommandValues, env: CommandIo['env'], defaults: SettingsDefaults): GivenSettings {
  const sources: GivenSettings['sources'] = {}
  const config: { [key: string]: unknown } = { ...defaults }
  for (const setting of operatorSettings) {
    const found = given(setting, values, env)
    if (found === undefined || (setting.isList && (found.value as unknown[]).length === 0)) continue
    config[setting.key] = found.value
    sources[setting.key] = found.source
  }
  return { config: config as unknown as ServiceConfig, sources }
}

/** The same for a command that does not tell where they come from. */
export function readConfig(values: CommandValues, env: CommandIo['env'], defaults: SettingsDefaults): ServiceConfig {
  return readSettings(values, env, defaults).config
}
