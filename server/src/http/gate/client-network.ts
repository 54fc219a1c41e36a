import type { Asker } from '../app/exchange.ts'
import { networkOf, readAddress, UNKNOWN_NETWORK } from './network.ts'
import { networkList } from './trusted-proxies.ts'

/** Addresses that are no visitor's on the internet (RFC 1918, 6598, 3927, 4193, 4291). */
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
]

/** Proxies that one request passes at most; what stands before them in the header is not looked at. */
const MAX_HOPS = 32

/**
 * The network that a request comes from: of the last address in `X-Forwarded-For` that no trusted proxy has, where the
 * peer is one. Undefined where everybody comes from one place: the own machine, a Unix socket, and a private network
 * whose proxy nobody has said to trust.
 */
export type ClientNetwork = (asker: Asker) => string | undefined

/** Makes what tells networks. */
export function createClientNetwork(trustedProxies: readonly string[]): ClientNetwork {
  const isTrusted = networkList(trustedProxies)
  const isPrivate = networkList(PRIVATE)

  /** Read from its end: the part before what trusted proxies have added is the client's own words. */
  function named(header: string): string | undefined {
    let address: string | undefined
    let end = header.length
    for (let hop = 0; hop < MAX_HOPS && end >= 0; hop++) {
      const comma = end === 0 ? -1 : header.lastIndexOf(',', end - 1)
      const text = header.slice(comma + 1, end)
      end = comma
      if (text.trim() === '') continue
      address = readAddress(text)
      if (address === undefined) return UNKNOWN_NETWORK
      if (!isTrusted(address)) return address
    }
    return address
  }

  /** Of each connection once: a look at a list of networks takes as long as the rest of the limits. */
  const peers = new WeakMap<Asker['socket'], { isTrusted: boolean; network: string | undefined }>()

  function peerOf({ socket }: Asker, address: string) {
    const known = peers.get(socket)
    if (known) return known
    const peer = { isTrusted: isTrusted(address), network: isPrivate(address) ? undefined : networkOf(address) }
    peers.set(socket, peer)
    return peer
  }

  return (asker) => {
    const { remoteAddress } = asker.socket
    if (remoteAddress === undefined) return undefined
    const peer = peerOf(asker, remoteAddress)
    const forwarded = asker.headers['x-forwarded-for']
    const address = forwarded !== undefined && peer.isTrusted ? named(String(forwarded)) : undefined
    return address === undefined ? peer.network : networkOf(address)
  }
}
