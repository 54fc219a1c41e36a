import { isIP } from 'node:net'
import { MIN_SECRET_LENGTH } from '../identity/secret.ts'
import { flawsOfStoreAddress } from '../stores/open-store.ts'

/** Options for setting up a service. */
export interface ServiceConfig {
  /** Catalog files, one a site; at least one. */
  catalogs: readonly string[]
  /** Directory for the log, the profiles and the secret; made when it is missing. One service at a time uses it. */
  dataDirectory: string
  /** Default 4310; 0 takes a free one. Ignored when the process was started with a socket (systemd's `LISTEN_FDS`). */
  port?: number
  /** Default `127.0.0.1`. Beyond loopback a `secret` must be given. */
  host?: string
  /** Where health and metrics are; default: the one after `port`. 0 takes a free one. */
  adminPort?: number
  /** Default `127.0.0.1`. Whoever reaches it can read the metrics. */
  adminHost?: string
  /** Names by which the admin listener may be asked, beside addresses and `localhost`; others are refused. Default: none. */
  adminNames?: readonly string[]
  /** Connections that may be open at the same time; each may hold headers of 16 KB. Default 4,096. */
  maxConnections?: number
  /** Longest time that a decision waits for the profile, in ms. `auto`, the default: 8, and as much as the store is away. */
  budgetMs?: number | 'auto'
  /** Memory for cached profiles of a cluster, in MiB; with 0 every decision asks the cluster. Default 64. */
  profileCacheMb?: number
  /** Signs the visitors' tokens; at least 32 characters. Default: one that is kept in the data directory. */
  secret?: string
  /** Where profiles live, such as `cql://10.0.0.1/prepaint?dc=dc1`. Default: LMDB in the data directory. */
  store?: string
  /** How a cluster is entered. Default: without a name. */
  cqlUsername?: string
  /** The password of `cqlUsername`. */
  cqlPassword?: string
  /** File with the authorities that sign a cluster's certificates, PEM. Default: those that Node trusts. */
  cqlCaFile?: string
  /**
   * The admin listener of the service that owns the log, such as `http://10.0.0.5:4311`: events are handed to it, and this
   * service keeps nothing on disk. Needs `store` and `secret`, both the owner's. Default: it owns a log itself.
   */
  forwardEvents?: string
  /** Lets pages of the own machine ask for every site: for development. Default false. */
  allowLoopbackOrigins?: boolean
  /** Longest time in which a whole request must have arrived, in ms. Default 10,000. */
  requestTimeoutMs?: number
  /** Longest time that a start waits for the service before it to give up the data directory, in ms. Default 0. */
  takeoverMs?: number
  /** How long an ending service still takes connections, so that nobody's request meets a closed door, in ms. Default 250. */
  drainMs?: number
  /** Writes a line for every request; default false: for those that the service failed to answer. */
  logRequests?: boolean
  /** Addresses and networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` and `geoHeaders` are believed. Default: none. */
  trustedProxies?: readonly string[]
  /** Headers in which these say where a request came from, by fact, such as `{ country: 'cf-ipcountry' }`. Default: none. */
  geoHeaders?: {
    /** Header with the country's code, ISO 3166-1 alpha-2. */
    country?: string
    /** Header with the region. */
    region?: string
    /** Header with the city. */
    city?: string
  }
  /** Most requests of one visitor in a minute. Default 600. */
  visitorPerMinute?: number
  /**
   * Most requests from one network (IPv4 /24, IPv6 /48) in a minute. Default 30,000: carriers have thousands of customers
   * behind one /24 (RFC 6598), and still no network takes more than a fortieth of what one core answers.
   */
  networkPerMinute?: number
  /** Most requests for one site in a minute. Default 600,000: half of what one core answers. */
  sitePerMinute?: number
  /**
   * Room on the disk of the data directory below which no events are taken in, in MiB; decisions go on. 0: never. `auto`, the
   * default: 2 % of the disk, at least 256 MiB and at most 4 GiB, and never more than a tenth.
   */
  minFreeMb?: number | 'auto'
  /** Age from which on events are removed from the log once they are folded, in days; 0: never. Default 400. */
  logDays?: number
  /** Length beyond which the oldest folded events are removed from the log, in MiB; 0, the default: never. */
  logMb?: number
}

type WithoutDefault = 'secret' | 'store' | 'forwardEvents' | 'cqlUsername' | 'cqlPassword' | 'cqlCaFile'

/** Settings with every default filled in that there is. */
export type Settings = Required<Omit<ServiceConfig, WithoutDefault>> & Pick<ServiceConfig, WithoutDefault>

/** Settings that cannot be used together or at all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

function isOwnerAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === '/' &&
    url.username === '' &&
    url.search === ''
  )
}

const GEO_FACTS: readonly string[] = ['country', 'region', 'city'] satisfies (keyof Settings['geoHeaders'])[]

/** The name of a header field (RFC 9110, 5.1). */
const HEADER = /^[\w!#$%&'*+.^`|~-]{1,100}$/

const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '::1', 'localhost']

function inRange(value: number, least: number, most: number): boolean {
  return Number.isFinite(value) && value >= least && value <= most
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && inRange(port, 0, 65_535)
}

function isNetwork(text: string): boolean {
  const [address = '', prefix] = text.split('/')
  const family = isIP(address)
  return (
    family > 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128)))
  )
}

/** What must hold, and what to say when it does not. */
const rules: readonly { holds(settings: Settings): boolean; message: string }[] = [
  { holds: ({ catalogs }) => catalogs.length > 0, message: 'no catalog: name one with --catalog or PREPAINT_CATALOG' },
  { holds: ({ port }) => isPort(port), message: 'port must be 0 to 65535' },
  { holds: ({ adminPort }) => isPort(adminPort), message: 'admin-port must be 0 to 65535' },
  {
    holds: ({ port, adminPort, host, adminHost }) => port === 0 || port !== adminPort || host !== adminHost,
    message: 'admin-port must not be the port that the public uses',
  },
  {
    holds: ({ budgetMs }) => budgetMs === 'auto' || inRange(budgetMs, 1, 10_000),
    message: 'budget must be auto, or 1 to 10000 ms',
  },
  {
    holds: ({ adminNames }) => adminNames.every((name) => /^[\w.-]{1,253}$/.test(name)),
    message: 'admin-name must be the name of a host, without a port',
  },
  {
    holds: ({ maxConnections }) => inRange(maxConnections, 16, 65_536),
    message: 'max-connections must be 16 to 65536',
  },
  { holds: ({ profileCacheMb }) => inRange(profileCacheMb, 0, 4_096), message: 'profile cache must be 0 to 4096 MB' },
  {
    holds: ({ minFreeMb }) => minFreeMb === 'auto' || inRange(minFreeMb, 0, 1_073_741_824),
    message: 'min-free must be auto, or 0 or more MB',
  },
  { holds: ({ logDays }) => inRange(logDays, 0, 36_500), message: 'log-days must be 0 to 36500' },
  {
    holds: ({ logMb }) => logMb === 0 || inRange(logMb, 128, 1_073_741_824),
    message: 'log-size must be 0, or 128 MB (two files) or more',
  },
  {
    holds: ({ requestTimeoutMs }) => inRange(requestTimeoutMs, 100, 300_000),
    message: 'request-timeout must be 100 to 300000 ms',
  },
  { holds: ({ takeoverMs }) => inRange(takeoverMs, 0, 300_000), message: 'takeover must be 0 to 300000 ms' },
  { holds: ({ drainMs }) => inRange(drainMs, 0, 60_000), message: 'drain must be 0 to 60000 ms' },
  {
    holds: ({ trustedProxies }) => trustedProxies.every(isNetwork),
    message: 'trusted-proxy must be an address or a network such as 10.0.0.0/8',
  },
  {
    holds: ({ geoHeaders }) =>
      Object.entries(geoHeaders).every(([fact, name]) => GEO_FACTS.includes(fact) && HEADER.test(name)),
    message: `geo-header must be one of ${GEO_FACTS.join(', ')}, \`=\` and the name of a header`,
  },
  {
    holds: (settings) => limits.every((limit) => settings[limit] > 0),
    message: 'visitor-limit, network-limit and site-limit must be more than 0 requests a minute',
  },
  {
    holds: ({ secret }) => secret === undefined || secret.length >= MIN_SECRET_LENGTH,
    message: `PREPAINT_SECRET needs ${MIN_SECRET_LENGTH} characters or more: make one with \`openssl rand -hex 32\``,
  },
  {
    holds: ({ host, secret }) => secret !== undefined || LOOPBACK_HOSTS.includes(host),
    message: 'beyond loopback PREPAINT_SECRET must be set, so that every instance signs alike: `openssl rand -hex 32`',
  },
  {
    holds: ({ forwardEvents }) => forwardEvents === undefined || isOwnerAddress(forwardEvents),
    message: 'forward-events must be the address of an admin listener, such as http://10.0.0.5:4311',
  },
  {
    holds: ({ forwardEvents, store, secret }) =>
      forwardEvents === undefined || (store !== undefined && secret !== undefined),
    message: 'forward-events needs PREPAINT_STORE and PREPAINT_SECRET, those of the service that owns the log',
  },
]

const limits = ['visitorPerMinute', 'networkPerMinute', 'sitePerMinute'] as const

/** What stands for a setting that nobody has made. */
const defaults = {
  port: 4310,
  host: '127.0.0.1',
  adminHost: '127.0.0.1',
  adminNames: [],
  maxConnections: 4_096,
  budgetMs: 'auto',
  profileCacheMb: 64,
  allowLoopbackOrigins: false,
  requestTimeoutMs: 10_000,
  takeoverMs: 0,
  drainMs: 250,
  logRequests: false,
  trustedProxies: [],
  geoHeaders: {},
  visitorPerMinute: 600,
  networkPerMinute: 30_000,
  sitePerMinute: 600_000,
  minFreeMb: 'auto',
  logDays: 400,
  logMb: 0,
} satisfies Partial<Settings>

/**
 * Fills in the defaults.
 * @throws ConfigError for settings that cannot be used.
 */
export function settle(config: ServiceConfig): Settings {
  const { port = defaults.port } = config
  const adminPort = port > 0 ? port + 1 : 0
  const settings: Settings = { ...defaults, adminPort, ...config }
  const broken = rules.filter(({ holds }) => !holds(settings)).map(({ message }) => message)
  if (settings.store !== undefined) broken.push(...flawsOfStoreAddress(settings.store))
  if (broken.length > 0) throw new ConfigError(broken.join('; '))
  return settings
}
