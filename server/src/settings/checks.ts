import { isIP } from 'node:net'
import { unless } from './setting.ts'

/** Facts of a location that proxies may give. */
export const GEO_FACTS: readonly string[] = ['country', 'region', 'city']

/** The name of a header field (RFC 9110, 5.1). */
export const HEADER = /^[\w!#$%&'*+.^`|~-]{1,100}$/

/** Names of this machine for itself. */
export const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '::1', 'localhost']

function isOwnerAddress(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined
  return (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === '/' &&
    url.username === '' &&
    url.search === ''
  )
}

/** True for the number of a port, and 0. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535
}

/** True for an address, and for a network such as `10.0.0.0/8`. */
export function isNetwork(network: string): boolean {
  const [address = '', prefix] = network.split('/')
  const family = isIP(address)
  return (
    family > 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128)))
  )
}

/** Checks one of the limits. */
export const isRate = unless(
  (perMinute: number) => perMinute > 0,
  'visitor-limit, network-limit and site-limit must be more than 0 requests a minute',
)

/** Says what is wrong with the port of the admin listener. */
export function flawOfAdminPort(
  adminPort: number,
  { port, host, adminHost }: { port: number; host: string; adminHost: string },
): string | undefined {
  if (!isPort(adminPort)) return 'admin-port must be 0 to 65535'
  const isFree = port === 0 || port !== adminPort || host !== adminHost
  return isFree ? undefined : 'admin-port must not be the port that the public uses'
}

/** Most processes that answer. */
const MAX_WORKERS = 256

/** Says what is wrong with the number of processes. */
export function flawOfWorkers(
  workers: number | 'auto',
  { forwardEvents }: { forwardEvents?: string },
): string | undefined {
  if (workers !== 'auto' && !(Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS))
    return `workers must be auto, or 1 to ${MAX_WORKERS}`
  if (workers === 1 || forwardEvents === undefined) return undefined
  return 'workers cannot be used with forward-events: run one such service for each core'
}

/** Says what is wrong with the address of the service that owns the log. */
export function flawOfOwner(
  address: string,
  { store, secret }: { store?: string; secret?: string },
): string | undefined {
  if (!isOwnerAddress(address))
    return 'forward-events must be the address of an admin listener, such as http://10.0.0.5:4311'
  if (store !== undefined && secret !== undefined) return undefined
  return 'forward-events needs PREPAINT_STORE and PREPAINT_SECRET, those of the service that owns the log'
}
