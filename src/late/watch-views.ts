import type { Bridge } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import { isGranted } from '../client/visitor.ts'
import type { Served } from './served.ts'

/** The Navigation API (Chromium 102, Safari 26.2, Firefox 147). */
interface Page {
  navigation?: EventTarget
}

/**
 * Looks for another route when the address changes. Browsers without the Navigation API tell only of steps back and forth; there the
 * tag's observer notices the rest when the app renders. A page that comes back from the back/forward cache begins a view, too.
 */
export function watchViews(bridge: Bridge, served: Pick<Served, '_enders'>): void {
  const { navigation } = window as Page
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
  if (navigation) navigation.addEventListener('currententrychange', look)
  served._enders.push(() => {
    removeEventListener('pageshow', restore)
    removeEventListener('popstate', look)
    if (navigation) navigation.removeEventListener('currententrychange', look)
  })
}
