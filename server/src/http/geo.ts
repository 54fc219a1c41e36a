import { BlockList, isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { GeoFacts } from 'prepaint/engine'

/** Which proxies are believed, and in which of their headers they say where a request came from. */
export interface GeoOptions {
  /** Addresses and networks, such as `10.0.0.0/8`; checked before. */
  trustedProxies: readonly string[]
  /** Names of headers. */
  geoHeaders: { readonly [Fact in keyof GeoFacts]?: string }
}

/** Longest name of a place. */
const MAX_PLACE_LENGTH = 100

/** Reads where a request came from; undefined when nobody who is trusted says so. */
export type ReadGeo = (request: FastifyRequest) => GeoFacts | undefined

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}

function placeOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' && header.length <= MAX_PLACE_LENGTH ? header : undefined
}

/** Makes the reader. */
export function createGeoReader({ trustedProxies, geoHeaders }: GeoOptions): ReadGeo {
  const trusted = new BlockList()
  for (const network of trustedProxies) {
    const [address = '', prefix = isIP(address) === 6 ? 128 : 32] = network.split('/')
    trusted.addSubnet(address, Number(prefix), familyOf(address))
  }
  const headers = Object.entries(geoHeaders).map(([fact, name]) => [fact, name.toLowerCase()] as const)
  // A socket that takes both families shows an IPv4 peer as `::ffff:10.0.0.1`, which a BlockList knows (Node 24).
  const isTrusted = (address = ''): boolean => isIP(address) > 0 && trusted.check(address, familyOf(address))

  return (request) => {
    if (headers.length === 0 || !isTrusted(request.socket.remoteAddress)) return undefined
    const places = headers.map(([fact, name]) => [fact, placeOf(request.headers[name])] as const)
    return Object.fromEntries(places.filter(([, place]) => place !== undefined)) as GeoFacts
  }
}
