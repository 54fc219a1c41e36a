import type { Bridge } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import type { Served } from './served.ts'

/** The Navigation API (Chromium 102, Safari 26.2, Firefox 147). */
interface Page {
  navigation?: EventTarget
}

/**
 * Looks for another route when the address changes. Browsers without the Navigation API tell only of steps back and forth; there the
 * tag's observer notices the rest when the app renders.
 */
export function watchViews(bridge: Bridge, served: Pick<Served, '_enders'>): void {
  const { navigation } = window as Page
  const look = safely(() => {
    bridge._look(bridge)
  })
  addEventListener('popstate', look)
  if (navigation) navigation.addEventListener('currententrychange', look)
  served._enders.push(() => {
    removeEventListener('popstate', look)
    if (navigation) navigation.removeEventListener('currententrychange', look)
  })
}
