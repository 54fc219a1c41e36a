import { createHmac, timingSafeEqual } from 'node:crypto'
import type { WallClock } from '../clock.ts'
import type { Keys } from './key.ts'

/** Longest user id, in characters, as in `identify`. */
const MAX_USER_ID_LENGTH = 200

/** Longest life of a link: a year. */
const MAX_LINK_DAYS = 365

/**
 * User id as base64url, first instant at which it no longer holds (s, base 36), when it was signed (ms, base 36), signature of
 * 16 bytes. Links of before version 0.2 do not say when they were signed.
 */
const LINK = /^([\w-]{2,800})\.([0-9a-z]{1,9})(?:\.([0-9a-z]{1,9}))?\.([\w-]{22})$/

type LinkParts = [link: string, payload: string, expiry: string, signed: string | undefined, signature: string]

/** Contents of a link. */
export interface LinkOptions {
  /** The site's server key. */
  serverKey: string
  /** The brand's own id of the person to whom the link is sent; at most 200 characters. */
  userId: string
  /** Life of the link, in days; at most 365. */
  days: number
  /** Ms since 1970. Default `Date.now`. */
  now?: () => number
}

/** The signed part is bound to its site by the key, which is another for each. */
function sign(serverKey: string, said: string): string {
  return createHmac('sha256', serverKey).update(`link:${said}`).digest().toString('base64url', 0, 16)
}

/**
 * The token of a link that a brand sends to a known customer, as the value of the parameter `pp_link` in the address of
 * a page. Whoever opens it is shown what is meant for this user, so it belongs into messages to that person alone.
 * @throws RangeError for a user id or a time that no link can have, and for a key that is no server key.
 * @example
 * ```ts
 * import { signLink } from 'prepaint-server'
 *
 * const token = signLink({ serverKey, userId: 'u1', days: 30 })
 * const address = `https://www.shop.example/?pp_link=${token}`
 * ```
 */
export function signLink({ serverKey, userId, days, now = Date.now }: LinkOptions): string {
  if (!/^server\./.test(serverKey)) throw new RangeError('a link is signed with a server key')
  if (userId === '' || userId.length > MAX_USER_ID_LENGTH || !userId.isWellFormed()) {
    throw new RangeError(`a user id has 1 to ${MAX_USER_ID_LENGTH} characters of Unicode`)
  }
  if (!(days > 0 && days <= MAX_LINK_DAYS))
    throw new RangeError(`a link holds for more than 0 and at most ${MAX_LINK_DAYS} days`)
  const payload = Buffer.from(userId).toString('base64url')
  const nowMs = now()
  const expiry = Math.floor(nowMs / 1000 + days * 86_400).toString(36)
  const said = `${payload}.${expiry}.${Math.floor(nowMs).toString(36)}`
  return `${said}.${sign(serverKey, said)}`
}

/** Contents of a valid link. */
export interface Proof {
  userId: string
  /** First instant at which it no longer holds, in ms since 1970. */
  untilMs: number
  /** Time of signing, in ms since 1970; 0 if the link does not say it. */
  signedMs: number
}

/** Verifies a link; undefined for one that is missing, garbled, forged, of another site or expired. */
export type VerifyLink = (site: string, link: string | undefined) => Proof | undefined

/** Makes the verifier. @param now gives ms since 1970. */
export function createLinkVerifier(keys: Keys, now: WallClock): VerifyLink {
  return (site, link = '') => {
    const parts = LINK.exec(link)
    if (!parts) return undefined
    const [, payload, expiry, signed, signature] = parts as unknown as LinkParts
    const said = signed === undefined ? `${payload}.${expiry}` : `${payload}.${expiry}.${signed}`
    const expected = sign(keys.issue({ site, access: 'server' }), said)
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return undefined
    const untilMs = Number.parseInt(expiry, 36) * 1000
    if (untilMs <= now()) return undefined
    const userId = Buffer.from(payload, 'base64url').toString('utf8')
    return { userId, untilMs, signedMs: signed === undefined ? 0 : Number.parseInt(signed, 36) }
  }
}
