import { MIN_SECRET_LENGTH } from './identity/secret.ts'

/** How a service is set up. */
export interface ServiceConfig {
  /** Catalog files, one a site; at least one. */
  catalogs: readonly string[]
  /** Directory for the log, the profiles and the secret; made when it is missing. One service at a time uses it. */
  dataDirectory: string
  /** Default 4310; 0 takes a free one. */
  port?: number
  /** Default `127.0.0.1`. Beyond loopback a `secret` must be given. */
  host?: string
  /** Longest time that a decision waits for the profile, in ms. Default 8. */
  budgetMs?: number
  /** Signs the visitors' tokens; at least 32 characters. Default: one that is kept in the data directory. */
  secret?: string
  /** Lets pages of the own machine ask for every site: for development. Default false. */
  allowLoopbackOrigins?: boolean
  /** Longest time in which a whole request must have arrived, in ms. Default 10,000. */
  requestTimeoutMs?: number
}

/** Settings with every default filled in, but for the secret. */
export type Settings = Required<Omit<ServiceConfig, 'secret'>> & Pick<ServiceConfig, 'secret'>

/** Settings that cannot be used together or at all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '::1', 'localhost']

function inRange(value: number, least: number, most: number): boolean {
  return Number.isFinite(value) && value >= least && value <= most
}

/** What must hold, and what to say when it does not. */
const rules: readonly { holds(settings: Settings): boolean; message: string }[] = [
  { holds: ({ catalogs }) => catalogs.length > 0, message: 'no catalog: name one with --catalog or PREPAINT_CATALOG' },
  { holds: ({ port }) => Number.isInteger(port) && inRange(port, 0, 65_535), message: 'port must be 0 to 65535' },
  { holds: ({ budgetMs }) => inRange(budgetMs, 1, 10_000), message: 'budget must be 1 to 10000 ms' },
  {
    holds: ({ secret }) => secret === undefined || secret.length >= MIN_SECRET_LENGTH,
    message: `PREPAINT_SECRET needs ${MIN_SECRET_LENGTH} characters or more: make one with \`openssl rand -hex 32\``,
  },
  {
    holds: ({ host, secret }) => secret !== undefined || LOOPBACK_HOSTS.includes(host),
    message: 'beyond loopback PREPAINT_SECRET must be set, so that every instance signs alike: `openssl rand -hex 32`',
  },
]

/**
 * Fills in the defaults.
 * @throws ConfigError for settings that cannot be used.
 */
export function settle(config: ServiceConfig): Settings {
  const settings: Settings = {
    port: 4310,
    host: '127.0.0.1',
    budgetMs: 8,
    allowLoopbackOrigins: false,
    requestTimeoutMs: 10_000,
    ...config,
  }
  const broken = rules.filter(({ holds }) => !holds(settings))
  if (broken.length > 0) throw new ConfigError(broken.map(({ message }) => message).join('; '))
  return settings
}
