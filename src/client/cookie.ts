import { find } from './find.ts'
import { safely } from './safely.ts'

/** Life of a cookie of ours, in seconds: 347 days, below the 13 months that regulators accept. */
const MAX_AGE_S = 30_000_000

/**
 * Returns the prefix of our cookies' names: on https no neighbouring subdomain can write a cookie of such a name, and
 * browsers hold us to `Secure` and this host (RFC 6265bis, 4.1.3.2).
 */
function start(): string {
  return location.protocol === 'https:' ? '__Host-' : ''
}

/** Reads what the pattern's one group matches in our cookies; undefined in a sandboxed frame, which has no cookies. */
export const readCookie = safely((pattern: string) => find(document.cookie, '(?:^|; )' + start() + pattern + '(?:;|$)'))

/** Writes a first-party cookie for this host, if cookies are allowed; an empty value deletes it. */
export const writeCookie = safely((name: string, value: string) => {
  document.cookie =
    start() + name + '=' + value + ';Path=/;SameSite=Lax;Max-Age=' + (value ? MAX_AGE_S : 0) + (start() && ';Secure')
})
