import type { GeoFacts } from 'prepaint/engine'
import type { Asker } from '../app/exchange.ts'
import { networkList } from './trusted-proxies.ts'

/** Proxies that are believed, and the headers in which they give the location of a request. */
export interface GeoOptions {
  /** Addresses and networks, such as `10.0.0.0/8`; checked before. */
  trustedProxies: readonly string[]
  /** Names of headers. */
  geoHeaders: { readonly [Fact in keyof GeoFacts]?: string }
}

/** Longest name of a place, as it is written in a header and as it is read. */
const MAX_HEADER_LENGTH = 600
const MAX_PLACE_LENGTH = 100

/** Codes that ISO 3166 spells in capitals. A region's name stays as it is: `Var` is none. */
const CODES: { readonly [fact: string]: RegExp } = { country: /^[a-z\d]{2}$/i, region: /^([a-z]{2}-)?[a-z\d]{1,3}$/ }

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Node reads headers as Latin-1; CDNs send UTF-8 (Cloudflare), percent-encoded UTF-8 (Vercel) or Latin-1. */
function fromBytes(header: string): string {
  try {
    return utf8.decode(Buffer.from(header, 'latin1'))
  } catch {
    return header
  }
}

/** Decodes percent-encoding; text that is none stays as it is: `100% Town`. */
function fromPercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function placeOf(fact: string, header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string' || header.length > MAX_HEADER_LENGTH) return undefined
  // One spelling of a letter that has two, the one that keyboards write (UAX #15).
  const place = fromPercent(fromBytes(header)).normalize('NFC').trim()
  if (place === '' || place.length > MAX_PLACE_LENGTH) return undefined
  return CODES[fact]?.test(place) ? place.toUpperCase() : place
}

/** Reads where a request came from; undefined when nobody who is trusted says so. */
export type ReadGeo = (asker: Asker) => GeoFacts | undefined

/** Makes the reader. */
export function createGeoReader({ trustedProxies, geoHeaders }: GeoOptions): ReadGeo {
  const isTrusted = networkList(trustedProxies)
  const headers = Object.entries(geoHeaders).map(([fact, name]) => [fact, name.toLowerCase()] as const)

  return (asker) => {
    if (headers.length === 0 || !isTrusted(asker.socket.remoteAddress)) return undefined
    const places = headers.map(([fact, name]) => [fact, placeOf(fact, asker.headers[name])] as const)
    return Object.fromEntries(places.filter(([, place]) => place !== undefined)) as GeoFacts
  }
}
