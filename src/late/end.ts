import type { Bridge } from '../client/bridge.ts'
import { setHidden } from '../client/hide.ts'
import type { Served } from './served.ts'

/** Ends a client: what waits leaves, nothing is asked, taken or hidden any more, and no call does anything. */
export function end(bridge: Bridge, served: Pick<Served, '_isDestroyed' | '_enders'>): void {
  if (served._isDestroyed) return
  served._isDestroyed = true
  bridge._flushOnHide(bridge)
  served._enders.forEach((run) => {
    run()
  })
  bridge._observer.disconnect()
  const { _view: view } = bridge
  const { _request: request } = view
  // Blocks every further question.
  view._request = new XMLHttpRequest()
  if (request) request.abort()
  bridge._ask = bridge._look = () => undefined
  view._pendingSlots.splice(0).forEach((slotElement) => {
    slotElement._isPainted = true
    setHidden(slotElement._element, false)
  })
  // Takes no further event.
  bridge._config.consent = 'denied'
  bridge._notify = bridge._flushOnHide = () => undefined
  Object.keys(bridge._client).forEach((name) => {
    bridge._client[name] = () => undefined
  })
}
