import { MIN_SECRET_LENGTH } from '../identity/secret.ts'
import { flawsOfStoreAddress } from '../stores/open-store.ts'
import {
  flawOfAdminPort,
  flawOfOwner,
  flawOfWorkers,
  GEO_FACTS,
  HEADER,
  isNetwork,
  isPort,
  isRate,
  LOOPBACK_HOSTS,
} from './checks.ts'
import { list, number, numberOrAuto, onOff, pairs, type Setting, text, unless, within } from './setting.ts'

/** Options for setting up a service. */
export interface ServiceConfig {
  /** Catalog files, one a site; at least one. */
  catalogs: readonly string[]
  /** Longest catalog file, in MiB, up to 8: each takes some 60 MB of memory while it is read. 5,000 usual experiences have 2 to 3. Default 1. */
  maxCatalogMb?: number
  /** Directory for the log, the profiles and the secret; made when it is missing. One service at a time uses it. */
  dataDirectory: string
  /** Default 4310; 0 takes a free one. Ignored when the process was started with a socket (systemd's `LISTEN_FDS`). */
  port?: number
  /** Default `127.0.0.1`. Beyond loopback a `secret` must be given. */
  host?: string
  /** Port of health and metrics; default: the one after `port`. 0 takes a free one. */
  adminPort?: number
  /** Default `127.0.0.1`. Whoever reaches it can read the metrics. */
  adminHost?: string
  /** Names by which the admin listener may be asked, beside addresses and `localhost`; others are refused. Default: none. */
  adminNames?: readonly string[]
  /** Connections that may be open at the same time; each may hold headers of 16 KB. Default 4,096. */
  maxConnections?: number
  /**
   * Processes that answer, beside one that owns the log; `auto`: one for each core. With 1, the default, one process does all.
   * The command line runs them; `createService` is one process in any case.
   */
  workers?: number | 'auto'
  /** Longest time that a decision waits for the profile, in ms. `auto`, the default: 8, and as much as the store is away. */
  budgetMs?: number | 'auto'
  /** Memory for cached profiles of a cluster, in MiB; with 0 every decision asks the cluster. Default 64. */
  profileCacheMb?: number
  /** Signs the visitors' tokens; at least 32 characters. Default: one that is kept in the data directory. */
  secret?: string
  /**
   * Address of the store of profiles, such as `cql://10.0.0.1/prepaint?dc=dc1`. Default: LMDB in the data directory.
   */
  store?: string
  /** User name for a cluster. Default: without one. */
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
  /**
   * Time for which an ending service still takes connections, so that no request is refused meanwhile, in ms. Default
   * 250.
   */
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
  /** Most streams of live slots (`GET /v1/live`) in a process, and never more than half of `maxConnections`. Default 10,000. */
  liveStreams?: number
  /** Most of them from one network. Default 50. */
  liveStreamsPerNetwork?: number
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

/** Every setting, in the order of the help: a new one is a row here, and a line of `ServiceConfig`. */
export const settings: { readonly [Key in keyof ServiceConfig]-?: Setting<Required<ServiceConfig>[Key], Settings> } = {
  catalogs: {
    ...list,
    option: 'catalog',
    variable: 'PREPAINT_CATALOG',
    value: 'FILE',
    help: 'catalog, one a site',
    check: unless((files) => files.length > 0, 'no catalog: name one with --catalog or PREPAINT_CATALOG'),
  },
  maxCatalogMb: {
    ...number,
    option: 'max-catalog-mb',
    variable: 'PREPAINT_MAX_CATALOG_MB',
    value: 'MB',
    help: 'longest catalog file, default 1',
    fallback: 1,
    check: within(1, 8, 'max-catalog-mb must be 1 to 8'),
  },
  dataDirectory: {
    ...text,
    option: 'data',
    variable: 'PREPAINT_DATA',
    value: 'DIR',
    help: 'where log, profiles and secret are kept',
  },
  port: {
    ...number,
    option: 'port',
    variable: 'PREPAINT_PORT',
    value: 'N',
    help: 'default 4310; 0 takes a free one',
    fallback: 4310,
    check: unless(isPort, 'port must be 0 to 65535'),
  },
  host: {
    ...text,
    option: 'host',
    variable: 'PREPAINT_HOST',
    value: 'ADDRESS',
    help: 'default 127.0.0.1; beyond it set PREPAINT_SECRET',
    fallback: '127.0.0.1',
    check: unless(
      (host, { secret }) => secret !== undefined || LOOPBACK_HOSTS.includes(host),
      'beyond loopback PREPAINT_SECRET must be set, so that every instance signs alike: `openssl rand -hex 32`',
    ),
  },
  adminPort: {
    ...number,
    option: 'admin-port',
    variable: 'PREPAINT_ADMIN_PORT',
    value: 'N',
    help: 'health and metrics; default: the one after the port',
    fallback: ({ port }) => (port > 0 ? port + 1 : 0),
    check: flawOfAdminPort,
  },
  adminHost: {
    ...text,
    option: 'admin-host',
    variable: 'PREPAINT_ADMIN_HOST',
    value: 'ADDRESS',
    help: 'default 127.0.0.1',
    fallback: '127.0.0.1',
  },
  adminNames: {
    ...list,
    option: 'admin-name',
    variable: 'PREPAINT_ADMIN_NAME',
    value: 'NAME',
    help: 'name by which they are asked for, beside addresses and localhost',
    fallback: [],
    check: unless(
      (names) => names.every((name) => /^[\w.-]{1,253}$/.test(name)),
      'admin-name must be the name of a host, without a port',
    ),
  },
  maxConnections: {
    ...number,
    option: 'max-connections',
    variable: 'PREPAINT_MAX_CONNECTIONS',
    value: 'N',
    help: 'open at the same time, default 4096',
    fallback: 4_096,
    check: within(16, 65_536, 'max-connections must be 16 to 65536'),
  },
  secret: {
    ...text,
    variable: 'PREPAINT_SECRET',
    value: 'TEXT',
    isSecret: true,
    help: 'signs tokens; default: one kept with the data',
    check: unless(
      (secret) => secret.length >= MIN_SECRET_LENGTH,
      `PREPAINT_SECRET needs ${MIN_SECRET_LENGTH} characters or more: make one with \`openssl rand -hex 32\``,
    ),
  },
  store: {
    ...text,
    option: 'store',
    variable: 'PREPAINT_STORE',
    value: 'ADDRESS',
    help: 'profiles: cql://host,…/keyspace?dc=NAME; default: with the data',
    check: (address) => flawsOfStoreAddress(address).join('; ') || undefined,
  },
  cqlUsername: {
    ...text,
    variable: 'PREPAINT_CQL_USERNAME',
    value: 'TEXT',
    help: "the cluster's user",
  },
  cqlPassword: {
    ...text,
    variable: 'PREPAINT_CQL_PASSWORD',
    value: 'TEXT',
    isSecret: true,
    help: 'and its password',
  },
  cqlCaFile: {
    ...text,
    option: 'cql-ca',
    variable: 'PREPAINT_CQL_CA',
    value: 'FILE',
    help: "authorities that sign the cluster's certificates, PEM",
  },
  forwardEvents: {
    ...text,
    option: 'forward-events',
    variable: 'PREPAINT_FORWARD_EVENTS',
    value: 'URL',
    help: 'admin listener of the service that owns the log; default: this one owns a log',
    check: flawOfOwner,
  },
  workers: {
    ...numberOrAuto,
    option: 'workers',
    variable: 'PREPAINT_WORKERS',
    value: 'N',
    help: 'processes that answer, beside one that owns the log; auto: one a core; default 1: one does all',
    fallback: 1,
    check: flawOfWorkers,
  },
  budgetMs: {
    ...numberOrAuto,
    option: 'budget',
    variable: 'PREPAINT_BUDGET_MS',
    value: 'MS',
    help: 'longest wait for a profile; default auto: 8 and the way to the store',
    fallback: 'auto',
    check: within(1, 10_000, 'budget must be auto, or 1 to 10000 ms'),
  },
  profileCacheMb: {
    ...number,
    option: 'profile-cache-mb',
    variable: 'PREPAINT_PROFILE_CACHE_MB',
    formerly: { option: 'copies', variable: 'PREPAINT_COPIES_MB' },
    value: 'MB',
    help: 'memory for cached profiles of a cluster, default 64; 0: none',
    fallback: 64,
    check: within(0, 4_096, 'profile cache must be 0 to 4096 MB'),
  },
  requestTimeoutMs: {
    ...number,
    option: 'request-timeout',
    variable: 'PREPAINT_REQUEST_TIMEOUT_MS',
    value: 'MS',
    help: 'until a whole request has arrived, default 10000',
    fallback: 10_000,
    check: within(100, 300_000, 'request-timeout must be 100 to 300000 ms'),
  },
  takeoverMs: {
    ...number,
    option: 'takeover',
    variable: 'PREPAINT_TAKEOVER_MS',
    value: 'MS',
    help: 'wait for the service before it to end, default 0',
    fallback: 0,
    check: within(0, 300_000, 'takeover must be 0 to 300000 ms'),
  },
  drainMs: {
    ...number,
    option: 'drain',
    variable: 'PREPAINT_DRAIN_MS',
    value: 'MS',
    help: 'take connections while ending, default 250',
    fallback: 250,
    check: within(0, 60_000, 'drain must be 0 to 60000 ms'),
  },
  visitorPerMinute: {
    ...number,
    option: 'visitor-limit',
    variable: 'PREPAINT_VISITOR_LIMIT',
    value: 'N',
    help: "a visitor's requests a minute, default 600",
    fallback: 600,
    check: isRate,
  },
  networkPerMinute: {
    ...number,
    option: 'network-limit',
    variable: 'PREPAINT_NETWORK_LIMIT',
    value: 'N',
    help: "a network's (/24, IPv6 /48), default 30000",
    fallback: 30_000,
    check: isRate,
  },
  sitePerMinute: {
    ...number,
    option: 'site-limit',
    variable: 'PREPAINT_SITE_LIMIT',
    value: 'N',
    help: "a site's, default 600000",
    fallback: 600_000,
    check: isRate,
  },
  liveStreams: {
    ...number,
    option: 'live-streams',
    variable: 'PREPAINT_LIVE_STREAMS',
    value: 'N',
    help: 'streams of live slots, default 10000, half of the connections at most; 0: none, pages poll',
    fallback: 10_000,
    check: within(0, 65_536, 'live-streams must be 0 to 65536'),
  },
  liveStreamsPerNetwork: {
    ...number,
    option: 'live-network-streams',
    variable: 'PREPAINT_LIVE_NETWORK_STREAMS',
    value: 'N',
    help: "a network's, default 50",
    fallback: 50,
    check: within(1, 65_536, 'live-network-streams must be 1 to 65536'),
  },
  minFreeMb: {
    ...numberOrAuto,
    option: 'min-free',
    variable: 'PREPAINT_MIN_FREE_MB',
    value: 'MB',
    help: 'room on the disk below which events are refused, default auto; 0: none',
    fallback: 'auto',
    check: within(0, 1_073_741_824, 'min-free must be auto, or 0 or more MB'),
  },
  logDays: {
    ...number,
    option: 'log-days',
    variable: 'PREPAINT_LOG_DAYS',
    value: 'DAYS',
    help: 'age at which folded events are removed, default 400; 0: never',
    fallback: 400,
    check: within(0, 36_500, 'log-days must be 0 to 36500'),
  },
  logMb: {
    ...number,
    option: 'log-size',
    variable: 'PREPAINT_LOG_MB',
    value: 'MB',
    help: 'size of the log beyond which the oldest are, default 0: any',
    fallback: 0,
    check: unless(
      (mb) => mb === 0 || (mb >= 128 && mb <= 1_073_741_824),
      'log-size must be 0, or 128 MB (two files) or more',
    ),
  },
  trustedProxies: {
    ...list,
    option: 'trusted-proxy',
    variable: 'PREPAINT_TRUSTED_PROXY',
    value: 'NETWORK',
    help: 'whose X-Forwarded-For is believed',
    fallback: [],
    check: unless(
      (networks) => networks.every(isNetwork),
      'trusted-proxy must be an address or a network such as 10.0.0.0/8',
    ),
  },
  geoHeaders: {
    ...pairs,
    option: 'geo-header',
    variable: 'PREPAINT_GEO_HEADER',
    value: 'FACT=NAME',
    help: 'where they say the country, region and city, by commas',
    fallback: {},
    check: unless(
      (headers) => Object.entries(headers).every(([fact, name]) => GEO_FACTS.includes(fact) && HEADER.test(name)),
      `geo-header must be one of ${GEO_FACTS.join(', ')}, \`=\` and the name of a header`,
    ),
  },
  logRequests: {
    ...onOff,
    option: 'log-requests',
    variable: 'PREPAINT_LOG_REQUESTS',
    help: 'log every request, not only failures',
    fallback: false,
  },
  allowLoopbackOrigins: {
    ...onOff,
    fallback: false,
  },
}

/** The same with their names; what a row's value is, only its own functions know. */
export const rows = Object.entries(settings) as [keyof ServiceConfig, Setting<unknown, Settings>][]
