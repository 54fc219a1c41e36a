import { BlockList, isIP } from 'node:net'

/** Says whether an address is that of a proxy that is believed. */
export type IsTrusted = (address: string | undefined) => boolean

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}

/** A list of addresses and networks, such as `10.0.0.0/8`; checked before. */
export function networkList(networks: readonly string[]): IsTrusted {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix = isIP(address) === 6 ? 128 : 32] = network.split('/')
    list.addSubnet(address, Number(prefix), familyOf(address))
  }
  // A socket that takes both families shows an IPv4 peer as `::ffff:10.0.0.1`, which a BlockList knows (Node 24).
  return (address = '') => isIP(address) > 0 && list.check(address, familyOf(address))
}
