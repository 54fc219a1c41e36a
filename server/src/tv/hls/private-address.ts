import { BlockList, isIP } from 'node:net'

/**
 * Networks that are nobody's on the internet: this host, private and shared ones, link-local (which holds the metadata of clouds), and
 * those that carry an IPv4 address within (RFC 6890, 4193, 6052, 3056, 4380, 4291).
 */
const NETWORKS = {
  ipv4: `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16
    198.18.0.0/15 224.0.0.0/3`,
  ipv6: `::/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 2001::/32 2002::/16 fc00::/7 fe80::/10
    ff00::/8`,
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

/** Finds the addresses of a host of an address of the web. */
async function addressesOf(hostname: string, lookup: Lookup): Promise<readonly string[]> {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) === 0 ? lookup(bare) : [bare]
}

/** Returns true if a host may be private: one of its addresses is, or it has none. */
export async function isMaybePrivate(hostname: string, lookup: Lookup): Promise<boolean> {
  const addresses = await addressesOf(hostname, lookup)
  return addresses.length === 0 || addresses.some(isPrivateAddress)
}

/** Returns true if a host is private for certain: it has addresses, and all of them are. */
export async function isSurelyPrivate(hostname: string, lookup: Lookup): Promise<boolean> {
  const addresses = await addressesOf(hostname, lookup)
  return addresses.length > 0 && addresses.every(isPrivateAddress)
}
