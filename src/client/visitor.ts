import type { Consent } from '../protocol/index.ts'
import type { Bridge } from './bridge.ts'
import { readCookie, writeCookie } from './cookie.ts'

/** What these functions need of the {@link Bridge}. */
export type VisitorState = Pick<Bridge, '_config'>

/** True when the browser asks every site not to sell or share (Global Privacy Control). */
export function hasGpc(): boolean | undefined {
  return (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl
}

/**
 * What the visitor allows now, by what the page says (or was chosen here) and what the visitor chose on any page: a denial
 * by either wins, then a grant by either; so a page that renders `granted` for everybody cannot overrule somebody who has
 * withdrawn. Another tab may have changed it meanwhile.
 */
export function consentNow({ _config: config }: VisitorState): Consent {
  const { gpc, prefix, consent } = config
  const isSaid = (word: Consent): unknown => consent === word || readCookie(prefix + '_consent=(' + word + ')')
  return (gpc && hasGpc()) || isSaid('denied') ? 'denied' : isSaid('granted') ? 'granted' : 'pending'
}

/** Whether storage may be touched, and the visitor be known. */
export function isGranted(state: VisitorState): boolean {
  return consentNow(state) === 'granted'
}

/**
 * The token that the service signed; nothing without consent, and before the service has answered. Where there are no
 * cookies the visitor is a new one each time. Read anew each time, because another tab may have reset the visitor.
 */
export function tokenNow(state: VisitorState): string | false | undefined {
  return isGranted(state) && readCookie(state._config.prefix + '_id=([^;]*)')
}

/** Keeps a token that was minted just now: its life begins here and is never prolonged. An empty one forgets. */
export function keepToken(state: VisitorState, token: string): void {
  // On its own origin the service has set the cookie already, and Safari lets that one live longer
  // than the 7 days it grants to cookies that scripts write (Intelligent Tracking Prevention 2.1).
  if (tokenNow(state) !== token) writeCookie(state._config.prefix + '_id', token)
}
