import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/** An IPv4 address as a dual-stack socket gives it (RFC 4291, 2.5.5.2). */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** The first `count` groups of an IPv6 address, which may leave out zeros. */
function leadingGroups(address: string, count: number): string {
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array<string>(zeros).fill('0'), ...right].slice(0, count).join(':')
}

/**
 * The network that an address belongs to: a /24 of IPv4, a /48 of IPv6, which is what one customer of a provider may
 * have (RFC 6177). Undefined for the own machine: behind a proxy that is not trusted everybody comes from there.
 */
export function networkOf(text: string): string | undefined {
  const address = MAPPED.exec(text)?.[1] ?? text
  if (isIPv4(address)) return address.startsWith('127.') ? undefined : address.split('.', 3).join('.')
  if (!isIPv6(address)) return undefined
  // Written in its one canonical way (RFC 5952).
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address
  return canonical === '::1' ? undefined : leadingGroups(canonical, 3)
}
