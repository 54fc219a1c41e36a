import type { Site } from '../../catalog/site.ts'
import type { Sites } from '../../catalog/sites.ts'
import { HttpError } from '../app/errors.ts'
import type { Asker, Headed, SiteAsker } from '../app/exchange.ts'
import type { CheckLimits } from './limits.ts'

/** `localhost` and everything below it never leaves the machine (RFC 6761, 6.3). */
const LOOPBACK = /^https?:\/\/(([a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/

/** Decides which pages may ask, and how often. */
export interface OriginGate {
  /** Lets the page that asks read the answer, if some site knows it; false when none does. */
  allow(asker: Pick<Asker, 'headers'>, answer: Headed): boolean
  /**
   * Before the body is read: refuses an origin that no site knows, and allows the others to read what follows. A hook
   * that calls back: one that returns a promise would cost each request a turn of the microtasks.
   * @throws HttpError
   */
  screen(asker: Pick<Asker, 'headers'>, answer: Headed, pass: () => void): void
  /**
   * The site by its name, if the request may ask for it. No `Origin` is no browser, which asks on its own account.
   * `visitor` is what it says of who asks.
   * @throws HttpError
   */
  admit(asker: SiteAsker, siteName: string, visitor?: string): Site
}

/** Makes the gate. With `allowLoopback` pages of the own machine may ask for every site. */
export function createOriginGate(sites: Sites, allowLoopback: boolean, checkLimits: CheckLimits): OriginGate {
  const isLoopback = (origin: string): boolean => allowLoopback && LOOPBACK.test(origin)

  function allow({ headers: { origin } }: Pick<Asker, 'headers'>, answer: Headed): boolean {
    answer.header('vary', 'Origin')
    if (origin === undefined) return true
    if (!isLoopback(origin) && !sites.hasOrigin(origin)) return false
    answer.header('access-control-allow-origin', origin)
    answer.header('access-control-expose-headers', 'Retry-After')
    answer.header('timing-allow-origin', origin)
    return true
  }

  return {
    allow,
    screen(asker, answer, pass) {
      if (!allow(asker, answer)) throw new HttpError('origin_forbidden')
      pass()
    },
    admit(asker, siteName, visitor) {
      const { origin } = asker.headers
      const site = sites.get(siteName)
      if (!site) throw new HttpError('site_unknown')
      asker.siteName = site.name
      const isAllowed = origin === undefined || isLoopback(origin) || site.origins.has(origin)
      if (!isAllowed) throw new HttpError('origin_forbidden')
      checkLimits(asker, site.name, visitor)
      return site
    },
  }
}
