import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/** An IPv4 address as a dual-stack socket gives it (RFC 4291, 2.5.5.2), or as one network reaches it by IPv6 (RFC 6052, 2.1). */
const EMBEDDED = /^(?:::ffff:|64:ff9b::)(\d+\.\d+\.\d+\.\d+)$/

/** The last two groups of an address behind NAT64, which Node writes as hexadecimal. */
const NAT64 = /^64:ff9b::([\da-f]{1,4}):([\da-f]{1,4})$/

/** Longest spelling of an address: eight groups, a dotted end, brackets, a zone's name and a port. */
const MAX_LENGTH = 128

/** All whose address nobody can read share one network. */
export const UNKNOWN_NETWORK = 'unknown'

/** The first `count` groups of an IPv6 address, which may leave out zeros. */
function leadingGroups(address: string, count: number): string {
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array<string>(zeros).fill('0'), ...right].slice(0, count).join(':')
}

/** Written in its one canonical way (RFC 5952), or as the IPv4 address that it carries. */
function canonicalIPv6(address: string): string {
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address
  const [, high, low] = NAT64.exec(canonical) ?? []
  if (high === undefined || low === undefined) return EMBEDDED.exec(canonical)?.[1] ?? canonical
  const [left, right] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [left >> 8, left & 0xff, right >> 8, right & 0xff].join('.')
}

/**
 * An address in its one spelling, whatever a proxy puts around it: white space, quotes, brackets, a port
 * (`"[2001:db8::1]:443"`, as RFC 7239 has it; `1.2.3.4:5678`, as several load balancers write it) and a zone. Undefined
 * for what is no address.
 */
export function readAddress(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const bare = text
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim()
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(bare) ?? []
  const [, dotted] = /^(.*\.\d{1,3}):\d{1,5}$/.exec(bare) ?? []
  const address = (bracketed ?? dotted ?? bare).replace(/%.*$/, '')
  if (isIPv4(address)) return address
  return isIPv6(address) ? canonicalIPv6(address) : undefined
}

/**
 * The network that an address belongs to: a /24 of IPv4, a /48 of IPv6, which is what one customer of a provider may
 * have (RFC 6177). Undefined for the own machine: behind a proxy that is not trusted everybody comes from there.
 */
export function networkOf(text: string): string | undefined {
  const address = readAddress(text)
  if (address === undefined) return UNKNOWN_NETWORK
  if (isIPv4(address)) return address.startsWith('127.') ? undefined : address.split('.', 3).join('.')
  return address === '::1' ? undefined : leadingGroups(address, 3)
}
