import type { Consent } from '../protocol/index.ts'
import type { Config } from './config.ts'
import { readCookie, writeCookie } from './cookie.ts'

/** Who is here, as far as the visitor allows to know. Nothing is read before it is asked for. */
export interface Visitor {
  /** What the visitor allows now. */
  consentNow(): Consent
  /** Records an explicit choice, in the one cookie that needs no consent: it holds no id. */
  choose(choice: Consent): void
  /** The token that the service signed; empty without consent, and before the service has answered. */
  tokenNow(): string
  /** Keeps a token that was minted just now: its life begins here and is never prolonged. */
  keepToken(token: string): void
  forgetToken(): void
}

/** True when the browser asks every site not to sell or share (Global Privacy Control). */
export function hasGpc(): boolean {
  return (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true
}

/**
 * Consent joins what the page says with what the visitor chose here: a denial by either wins, then a grant by either;
 * so a page that renders `granted` for everybody cannot overrule somebody who has withdrawn.
 */
export function createVisitor(config: Config): Visitor {
  const consentCookie = config.prefix + '_consent'
  const idCookie = config.prefix + '_id'
  const isStrict = config.gpc && hasGpc()
  const said = readCookie(consentCookie) + config.consent
  let consent: Consent = isStrict || /denied/.test(said) ? 'denied' : /granted/.test(said) ? 'granted' : 'pending'
  let token = ''

  function consentNow(): Consent {
    // Another tab may have withdrawn meanwhile.
    return /denied/.test(readCookie(consentCookie)) ? 'denied' : consent
  }

  return {
    consentNow,
    choose(choice) {
      consent = isStrict ? 'denied' : choice
      writeCookie(consentCookie, choice)
    },
    // The cookie first: another tab may have reset the visitor.
    tokenNow: () => (consentNow() === 'granted' ? readCookie(idCookie) || token : ''),
    keepToken(fresh) {
      token = fresh
      // On its own origin the service has set the cookie already, and Safari lets that one live longer
      // than the 7 days it grants to cookies that scripts write (Intelligent Tracking Prevention 2.1).
      if (readCookie(idCookie) !== fresh) writeCookie(idCookie, fresh)
    },
    forgetToken() {
      token = ''
      writeCookie(idCookie, '')
    },
  }
}
