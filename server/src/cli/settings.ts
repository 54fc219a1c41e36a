import type { ServiceConfig } from '../settings/config.ts'
import { type CommandIo, type CommandOption, type CommandValues, UsageError } from './command.ts'

/** One setting of a service, by an option of the command line or a variable of the environment. */
interface Setting {
  key: keyof ServiceConfig
  /** Absent where the command line, which every user of the machine can read, is no place for it. */
  option?: string
  variable: string
  /** Their names in the version before, which are still taken. */
  formerly?: { option: string; variable: string }
  /** What stands for the value in the help. Absent: the option is a switch, and the variable `1` or `0`. */
  value?: string
  help: string
  read(text: string, variable: string): ServiceConfig[keyof ServiceConfig]
  isList?: true
  /** True: never shown. */
  isSecret?: true
}

const asText = (text: string): string => text

// `Number('')` is 0, which would be a port.
const asNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

const asBudget = (text: string): number | 'auto' => (text === 'auto' ? text : asNumber(text))

const asList = (text: string): string[] => text.split(',').filter((part) => part !== '')

function asPairs(text: string): { [name: string]: string } {
  return Object.fromEntries(asList(text).map((pair) => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)]))
}

function asSwitch(text: string, variable: string): boolean {
  if (text !== '1' && text !== '0') throw new UsageError(`${variable} must be 1 or 0`)
  return text === '1'
}

/** Every setting, in the order of the help. */
export const settings: readonly Setting[] = [
  {
    key: 'catalogs',
    option: 'catalog',
    variable: 'PREPAINT_CATALOG',
    value: 'FILE',
    read: asList,
    isList: true,
    help: 'catalog, one a site',
  },
  {
    key: 'dataDirectory',
    option: 'data',
    variable: 'PREPAINT_DATA',
    value: 'DIR',
    read: asText,
    help: 'where log, profiles and secret are kept',
  },
  {
    key: 'port',
    option: 'port',
    variable: 'PREPAINT_PORT',
    value: 'N',
    read: asNumber,
    help: 'default 4310; 0 takes a free one',
  },
  {
    key: 'host',
    option: 'host',
    variable: 'PREPAINT_HOST',
    value: 'ADDRESS',
    read: asText,
    help: 'default 127.0.0.1; beyond it set PREPAINT_SECRET',
  },
  {
    key: 'adminPort',
    option: 'admin-port',
    variable: 'PREPAINT_ADMIN_PORT',
    value: 'N',
    read: asNumber,
    help: 'health and metrics; default: the one after the port',
  },
  {
    key: 'adminHost',
    option: 'admin-host',
    variable: 'PREPAINT_ADMIN_HOST',
    value: 'ADDRESS',
    read: asText,
    help: 'default 127.0.0.1',
  },
  {
    key: 'adminNames',
    option: 'admin-name',
    variable: 'PREPAINT_ADMIN_NAME',
    value: 'NAME',
    read: asList,
    isList: true,
    help: 'name by which they are asked for, beside addresses and localhost',
  },
  {
    key: 'maxConnections',
    option: 'max-connections',
    variable: 'PREPAINT_MAX_CONNECTIONS',
    value: 'N',
    read: asNumber,
    help: 'open at the same time, default 4096',
  },
  {
    key: 'secret',
    variable: 'PREPAINT_SECRET',
    value: 'TEXT',
    read: asText,
    isSecret: true,
    help: 'signs tokens; default: one kept with the data',
  },
  {
    key: 'store',
    option: 'store',
    variable: 'PREPAINT_STORE',
    value: 'ADDRESS',
    read: asText,
    help: 'profiles: cql://host,…/keyspace?dc=NAME; default: with the data',
  },
  {
    key: 'cqlUsername',
    variable: 'PREPAINT_CQL_USERNAME',
    value: 'TEXT',
    read: asText,
    help: "the cluster's user",
  },
  {
    key: 'cqlPassword',
    variable: 'PREPAINT_CQL_PASSWORD',
    value: 'TEXT',
    read: asText,
    isSecret: true,
    help: 'and its password',
  },
  {
    key: 'cqlCaFile',
    option: 'cql-ca',
    variable: 'PREPAINT_CQL_CA',
    value: 'FILE',
    read: asText,
    help: "authorities that sign the cluster's certificates, PEM",
  },
  {
    key: 'forwardEvents',
    option: 'forward-events',
    variable: 'PREPAINT_FORWARD_EVENTS',
    value: 'URL',
    read: asText,
    help: 'admin listener of the service that owns the log; default: this one owns a log',
  },
  {
    key: 'budgetMs',
    option: 'budget',
    variable: 'PREPAINT_BUDGET_MS',
    value: 'MS',
    read: asBudget,
    help: 'longest wait for a profile; default auto: 8 and the way to the store',
  },
  {
    key: 'profileCacheMb',
    option: 'profile-cache-mb',
    variable: 'PREPAINT_PROFILE_CACHE_MB',
    formerly: { option: 'copies', variable: 'PREPAINT_COPIES_MB' },
    value: 'MB',
    read: asNumber,
    help: 'memory for cached profiles of a cluster, default 64; 0: none',
  },
  {
    key: 'requestTimeoutMs',
    option: 'request-timeout',
    variable: 'PREPAINT_REQUEST_TIMEOUT_MS',
    value: 'MS',
    read: asNumber,
    help: 'until a whole request has arrived, default 10000',
  },
  {
    key: 'takeoverMs',
    option: 'takeover',
    variable: 'PREPAINT_TAKEOVER_MS',
    value: 'MS',
    read: asNumber,
    help: 'wait for the service before it to end, default 0',
  },
  {
    key: 'drainMs',
    option: 'drain',
    variable: 'PREPAINT_DRAIN_MS',
    value: 'MS',
    read: asNumber,
    help: 'take connections while ending, default 250',
  },
  {
    key: 'visitorPerMinute',
    option: 'visitor-limit',
    variable: 'PREPAINT_VISITOR_LIMIT',
    value: 'N',
    read: asNumber,
    help: "a visitor's requests a minute, default 600",
  },
  {
    key: 'networkPerMinute',
    option: 'network-limit',
    variable: 'PREPAINT_NETWORK_LIMIT',
    value: 'N',
    read: asNumber,
    help: "a network's (/24, IPv6 /48), default 30000",
  },
  {
    key: 'sitePerMinute',
    option: 'site-limit',
    variable: 'PREPAINT_SITE_LIMIT',
    value: 'N',
    read: asNumber,
    help: "a site's, default 600000",
  },
  {
    key: 'minFreeMb',
    option: 'min-free',
    variable: 'PREPAINT_MIN_FREE_MB',
    value: 'MB',
    read: asBudget,
    help: 'room on the disk below which events are refused, default auto; 0: none',
  },
  {
    key: 'logDays',
    option: 'log-days',
    variable: 'PREPAINT_LOG_DAYS',
    value: 'DAYS',
    read: asNumber,
    help: 'age at which folded events are removed, default 400; 0: never',
  },
  {
    key: 'logMb',
    option: 'log-size',
    variable: 'PREPAINT_LOG_MB',
    value: 'MB',
    read: asNumber,
    help: 'size of the log beyond which the oldest are, default 0: any',
  },
  {
    key: 'trustedProxies',
    option: 'trusted-proxy',
    variable: 'PREPAINT_TRUSTED_PROXY',
    value: 'NETWORK',
    read: asList,
    isList: true,
    help: 'whose X-Forwarded-For is believed',
  },
  {
    key: 'geoHeaders',
    option: 'geo-header',
    variable: 'PREPAINT_GEO_HEADER',
    value: 'FACT=NAME',
    read: asPairs,
    help: 'where they say the country, region and city, by commas',
  },
  {
    key: 'logRequests',
    option: 'log-requests',
    variable: 'PREPAINT_LOG_REQUESTS',
    read: asSwitch,
    help: 'log every request, not only failures',
  },
]

function optionOf({ value, isList, help, variable, formerly }: Setting): CommandOption {
  const told = `${help} (${variable}${isList ? ', by commas' : ''})`
  if (value === undefined) return { type: 'boolean', help: told }
  const old = formerly ? { formerly: formerly.option } : {}
  return { type: 'string', value, help: told, ...(isList ? { multiple: true } : {}), ...old }
}

/** Options of the commands that run a service. Each overrides its variable of the environment. */
export const serviceOptions: { [name: string]: CommandOption } = Object.fromEntries(
  settings.flatMap((setting) => (setting.option === undefined ? [] : [[setting.option, optionOf(setting)]])),
)

/** Where a command looks when neither an option nor the environment says anything. */
export interface SettingsDefaults {
  catalogs: string[]
  dataDirectory: string
}

/** What was set, and where: the option, the variable or `default`. */
export interface GivenSettings {
  config: ServiceConfig
  sources: { [Key in keyof ServiceConfig]?: string }
}

function given({ option, variable: name, formerly, read }: Setting, values: CommandValues, env: CommandIo['env']) {
  const flag = option === undefined ? undefined : values[option]
  // A list and a switch come as what they are.
  if (flag !== undefined) return { source: `--${option}`, setting: typeof flag === 'string' ? read(flag, name) : flag }
  const variable = env[name] === undefined && formerly ? formerly.variable : name
  const text = env[variable]
  return text === undefined ? undefined : { source: variable, setting: read(text, variable) }
}

/** Joins command line, environment and defaults, in this order. */
export function readSettings(values: CommandValues, env: CommandIo['env'], defaults: SettingsDefaults): GivenSettings {
  const sources: GivenSettings['sources'] = {}
  const config: { [key: string]: unknown } = { ...defaults }
  for (const setting of settings) {
    const found = given(setting, values, env)
    if (found === undefined || (setting.isList && (found.setting as unknown[]).length === 0)) continue
    config[setting.key] = found.setting
    sources[setting.key] = found.source
  }
  return { config: config as unknown as ServiceConfig, sources }
}

/** The same for a command that does not tell where they come from. */
export function readConfig(values: CommandValues, env: CommandIo['env'], defaults: SettingsDefaults): ServiceConfig {
  return readSettings(values, env, defaults).config
}
