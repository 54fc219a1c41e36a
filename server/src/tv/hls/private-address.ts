import { BlockList, isIP } from 'node:net'

/**
 * Networks that are nobody's on the internet: this host, private and shared ones, link-local (which holds the metadata of clouds), and
 * those that carry an IPv4 address within (RFC 6890, 4193, 6052).
 */
const NETWORKS = {
  ipv4: `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16
    198.18.0.0/15 224.0.0.0/3`,
  ipv6: '::/127 64:ff9b::/96 64:ff9b:1::/48 fc00::/7 fe80::/10 ff00::/8',
} as const

const list = new BlockList()
for (const family of ['ipv4', 'ipv6'] as const) {
  for (const network of NETWORKS[family].split(/\s+/)) {
    const [address = '', prefix] = network.split('/')
    list.addSubnet(address, Number(prefix), family)
  }
}

/** Returns true for an address that is not of the internet, and for what is no address. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address)
  // An IPv4 address within one of IPv6 (`::ffff:10.0.0.1`) is found in the networks of IPv4.
  return family === 0 || list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** Finds the addresses of a name. */
export type Lookup = (name: string) => Promise<readonly string[]>

/** Returns true if a host of an address of the web is private, or has no address. */
export async function isPrivateHost(hostname: string, lookup: Lookup): Promise<boolean> {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) !== 0) return isPrivateAddress(bare)
  const addresses = await lookup(bare)
  return addresses.length === 0 || addresses.some(isPrivateAddress)
}
