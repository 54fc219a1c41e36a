import { createHash, hash, randomBytes as systemRandomBytes, timingSafeEqual } from 'node:crypto'
import type { WallClock } from '../clock.ts'

/** Life of a token and of its cookie, in seconds: 390 days, below the 13 months that regulators accept. */
export const TOKEN_MAX_AGE_S = 33_696_000

/** 16 bytes as base64url; the whole token is two of these, the time and two dots. */
const ID = /^[\w-]{22}$/
const TIME = /^[0-9a-z]{1,9}$/
const MAX_TOKEN_LENGTH = 55

/** A visitor who was issued just now. */
export interface IssuedToken {
  visitorId: string
  token: string
}

/** Mints and verifies visitors' tokens: `<visitorId>.<issued at, s, base 36>.<signature>`, each for one site. */
export interface Tokens {
  issue(site: string): IssuedToken
  /** The visitor's id; undefined for a token that is missing, garbled, forged, of another site or expired. */
  verify(site: string, token: string | undefined): string | undefined
}

/** Dependencies of tokens. */
export interface TokenOptions {
  /** At least 16 bytes; whoever has it can issue tokens. */
  secret: string
  /** Default `Date.now`. */
  now?: WallClock
  randomBytes?: (sizeBytes: number) => Buffer
}

/** Block of SHA-256, in bytes. */
const BLOCK = 64

/** Bytes of the digest that are kept. */
const SIGNATURE_BYTES = 16

/** Longest text that is signed without being copied: a site's name, an id and a time. */
const MAX_SIGNED = 512

/**
 * Makes HMAC-SHA-256 (RFC 2104) of ASCII, the first 16 bytes as base64url. Two digests by `crypto.hash` take a third of what an
 * `Hmac` object does (1.3 against 3.6 µs, Node 24).
 */
function createSigner(secret: string): (text: string) => string {
  const raw = Buffer.from(secret, 'utf8')
  const key = Buffer.alloc(BLOCK)
  key.set(raw.length > BLOCK ? createHash('sha256').update(raw).digest() : raw)
  const inner = Buffer.alloc(BLOCK + MAX_SIGNED)
  const outer = Buffer.alloc(BLOCK + 32)
  for (const [index, byte] of key.entries()) {
    inner[index] = byte ^ 0x36
    outer[index] = byte ^ 0x5c
  }
  return (text) => {
    if (text.length > MAX_SIGNED) throw new RangeError('a text is too long to be signed')
    const end = BLOCK + inner.write(text, BLOCK, 'latin1')
    outer.write(hash('sha256', inner.subarray(0, end), 'binary'), BLOCK, 'latin1')
    const digest = hash('sha256', outer, 'binary').slice(0, SIGNATURE_BYTES)
    return Buffer.from(digest, 'latin1').toString('base64url')
  }
}

/** Makes the issuer of tokens. */
export function createTokens({ secret, now = Date.now, randomBytes = systemRandomBytes }: TokenOptions): Tokens {
  const signText = createSigner(secret)
  // A site's name, an id and a time are ASCII.
  const sign = (site: string, visitorId: string, issuedAt: string): string =>
    signText(`${site}.${visitorId}.${issuedAt}`)

  function isOfAge(issuedAt: string): boolean {
    const ageS = now() / 1000 - Number.parseInt(issuedAt, 36)
    return ageS < TOKEN_MAX_AGE_S
  }

  return {
    issue(site) {
      const visitorId = randomBytes(16).toString('base64url')
      const issuedAt = Math.floor(now() / 1000).toString(36)
      return { visitorId, token: `${visitorId}.${issuedAt}.${sign(site, visitorId, issuedAt)}` }
    },
    verify(site, token) {
      if (token === undefined || token.length > MAX_TOKEN_LENGTH) return undefined
      const [visitorId = '', issuedAt = '', signature = '', rest] = token.split('.')
      if (rest !== undefined || !ID.test(visitorId) || !TIME.test(issuedAt) || !ID.test(signature)) return undefined
      const expected = Buffer.from(sign(site, visitorId, issuedAt))
      return timingSafeEqual(Buffer.from(signature), expected) && isOfAge(issuedAt) ? visitorId : undefined
    },
  }
}
