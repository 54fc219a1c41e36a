import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Keys } from './key.ts'

/** Longest user id, in characters, as in `identify`. */
const MAX_USER_ID_LENGTH = 200

/** Longest life of a link: a year. */
const MAX_LINK_DAYS = 365

/** User id as base64url, first instant at which it no longer holds (s, base 36), signature of 16 bytes. */
const LINK = /^([\w-]{2,800})\.([0-9a-z]{1,9})\.([\w-]{22})$/

/** What a link says. */
export interface LinkOptions {
  /** The site's server key. */
  serverKey: string
  /** The brand's own id of the person to whom the link is sent; at most 200 characters. */
  userId: string
  /** How long it can be opened, in days; at most 365. */
  days: number
  /** Ms since 1970. Default `Date.now`. */
  now?: () => number
}

/** The signed part is bound to its site by the key, which is another for each. */
function sign(serverKey: string, payload: string, expiry: string): string {
  return createHmac('sha256', serverKey).update(`link:${payload}.${expiry}`).digest().toString('base64url', 0, 16)
}

/**
 * The token of a link that a brand sends to a known customer, as the value of the parameter `pp_link` in the address of
 * a page. Whoever opens it is shown what is meant for this user, so it belongs into messages to that person alone.
 * @throws RangeError for a user id or a time that no link can have, and for a key that is no server key.
 */
export function signLink({ serverKey, userId, days, now = Date.now }: LinkOptions): string {
  if (!/^server\./.test(serverKey)) throw new RangeError('a link is signed with a server key')
  if (userId === '' || userId.length > MAX_USER_ID_LENGTH || !userId.isWellFormed()) {
    throw new RangeError(`a user id has 1 to ${MAX_USER_ID_LENGTH} characters of Unicode`)
  }
  if (!(days > 0 && days <= MAX_LINK_DAYS)) throw new RangeError(`a link holds for more than 0 and at most ${MAX_LINK_DAYS} days`)
  const payload = Buffer.from(userId, 'utf8').toString('base64url')
  const expiry = Math.floor(now() / 1000 + days * 86_400).toString(36)
  return `${payload}.${expiry}.${sign(serverKey, payload, expiry)}`
}

/** The user whom a link proves; undefined for one that is missing, garbled, forged, of another site or expired. */
export type VerifyLink = (site: string, link: string | undefined) => string | undefined

/** Makes the verifier. @param now gives ms since 1970. */
export function createLinkVerifier(keys: Keys, now: () => number): VerifyLink {
  return (site, link = '') => {
    const [, payload, expiry, signature] = LINK.exec(link) ?? []
    if (payload === undefined || expiry === undefined || signature === undefined) return undefined
    const expected = sign(keys.issue({ site, access: 'server' }), payload, expiry)
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return undefined
    if (Number.parseInt(expiry, 36) * 1000 <= now()) return undefined
    return Buffer.from(payload, 'base64url').toString('utf8')
  }
}
