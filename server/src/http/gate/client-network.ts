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

  return ({ socket, headers }) => {
    const peer = socket.remoteAddress
    if (peer === undefined) return undefined
    const forwarded = headers['x-forwarded-for']
    const address = forwarded !== undefined && isTrusted(peer) ? named(String(forwarded)) : undefined
    if (address !== undefined) return networkOf(address)
    return isPrivate(peer) ? undefined : networkOf(peer)
  }
}
