import type { Bridge } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import { isGranted } from '../client/visitor.ts'
import type { Served } from './served.ts'

/** The Navigation API (Chromium 102, Safari 26.2, Firefox 147), or whatever else the page has under its name. */
interface Page {
  navigation?: Partial<EventTarget> | null
}

/**
 * Looks for another route when the address changes. Browsers without the Navigation API tell only of steps back and forth; there the
 * tag's observer notices the rest when the app renders. A page that comes back from the back/forward cache begins a view, too.
 */
export function watchViews(bridge: Bridge, served: Pick<Served, '_enders'>): void {
  // A page's own variable takes its place, and an element of this name or id stands there where it is missing.
  const navigation = (window as Page).navigation || {}
  const look = safely(() => {
    bridge._look(bridge)
  })
  const restore = safely(({ persisted }: PageTransitionEvent) => {
    if (!persisted) return
    // Other pages have gone on meanwhile: their record counts.
    if (isGranted(bridge)) delete (bridge as Partial<Bridge>)._record
    bridge._look(bridge, true)
  })
  addEventListener('pageshow', restore)
  addEventListener('popstate', look)
  if (navigation.addEventListener) navigation.addEventListener('currententrychange', look)
  served._enders.push(() => {
    removeEventListener('pageshow', restore)
    removeEventListener('popstate', look)
    if (navigation.removeEventListener) navigation.removeEventListener('currententrychange', look)
  })
}
