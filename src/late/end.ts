import type { Bridge } from '../client/bridge.ts'
import { setHidden } from '../client/hide.ts'
import type { Served } from './served.ts'

/** Ends a client: what waits leaves, nothing is asked, taken or hidden any more, and no call does anything. */
export function end(bridge: Bridge, served: Pick<Served, 'isDestroyed' | 'enders'>): void {
  if (served.isDestroyed) return
  served.isDestroyed = true
  bridge.leave(bridge)
  served.enders.forEach((run) => {
    run()
  })
  bridge.observer.disconnect()
  const { question } = bridge
  // Blocks every further question.
  bridge.question = new XMLHttpRequest()
  if (question) question.abort()
  bridge.ask = () => undefined
  bridge.places.splice(0).forEach((place) => {
    place.isPainted = true
    setHidden(place.element, false)
  })
  // Takes no further event.
  bridge.config.consent = 'denied'
  bridge.wake = bridge.leave = () => undefined
  Object.keys(bridge.client).forEach((name) => {
    bridge.client[name] = () => undefined
  })
}
