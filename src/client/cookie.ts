import { find } from './find.ts'
import { safely } from './safely.ts'

/** Life of a cookie of ours, in seconds: 347 days, below the 13 months that regulators accept. */
const MAX_AGE_S = 30_000_000

/** What the pattern's one group matches in a first-party cookie; nothing in a sandboxed frame, which has no cookies at all. */
export const readCookie = safely((pattern: string) => find(document.cookie, '(?:^|; )' + pattern + '(?:;|$)'))

/** Writes a first-party cookie for the whole host; an empty value deletes it. */
export function writeCookie(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? ';Secure' : ''
  document.cookie = name + '=' + value + ';Path=/;SameSite=Lax;Max-Age=' + (value ? MAX_AGE_S : 0) + secure
}
