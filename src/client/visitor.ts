import type { Consent } from '../protocol/index.ts'
import type { Bridge } from './bridge.ts'
import { readCookie, writeCookie } from './cookie.ts'

/** The part of the {@link Bridge} that these functions need. */
export type VisitorState = Pick<Bridge, '_config' | '_token'>

/** Returns true if the browser asks every site not to sell or share (Global Privacy Control). */
export function hasGpc(): boolean | undefined {
  return (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl
}

/**
 * Returns the visitor's consent now, from the page's own value (or a choice made here) and the visitor's choice on any page:
 * a denial by either wins, then a grant by either; so a page that renders `granted` for everybody cannot overrule somebody
 * who has withdrawn. Read anew each time, because another tab may have changed it.
 */
export function consentNow({ _config: config }: VisitorState): Consent {
  const { gpc, prefix, consent } = config
  const isSaid = (word: Consent): unknown => consent === word || readCookie(prefix + '_consent=(' + word + ')')
  return (gpc && hasGpc()) || isSaid('denied') ? 'denied' : isSaid('granted') ? 'granted' : 'pending'
}

/** Returns true if storage may be used and the visitor identified. */
export function isGranted(state: VisitorState): boolean {
  return consentNow(state) === 'granted'
}

/**
 * Reads the token that the service signed; there is none without consent or before the service has answered. Read anew each
 * time, because another tab may have reset the visitor. Where cookies are forbidden it dies with the page.
 */
export function tokenNow(state: VisitorState): string | false | undefined {
  return isGranted(state) && (readCookie(state._config.prefix + '_id=([^;]*)') || state._token)
}

/** Stores a token that was just issued: its life begins here and is never prolonged. An empty one deletes it. */
export function keepToken(state: VisitorState, token: string): void {
  state._token = false
  // On its own origin the service has set the cookie already, and Safari lets that one live longer
  // than the 7 days it grants to cookies that scripts write (Intelligent Tracking Prevention 2.1).
  if (tokenNow(state) !== token) writeCookie(state._config.prefix + '_id', token)
  // Only what no cookie holds, because other tabs could not take it away. `navigator.cookieEnabled` is true in Chromium 156 and
  // WebKitGTK 2.50 although cookies are forbidden.
  if (!tokenNow(state)) state._token = token
}
