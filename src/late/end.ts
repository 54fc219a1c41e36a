import type { Bridge } from '../client/bridge.ts'
import { setHidden } from '../client/hide.ts'
import type { Served } from './served.ts'

/** Ends a client: what waits leaves, nothing is asked, taken or hidden any more, and no call does anything. */
export function end(bridge: Bridge, served: Pick<Served, '_isDestroyed' | '_enders'>): void {
  if (served._isDestroyed) return
  served._isDestroyed = true
  bridge._leave(bridge)
  served._enders.forEach((run) => {
    run()
  })
  bridge._observer.disconnect()
  const { _question: question } = bridge
  // Blocks every further question.
  bridge._question = new XMLHttpRequest()
  if (question) question.abort()
  bridge._ask = () => undefined
  bridge._places.splice(0).forEach((place) => {
    place._isPainted = true
    setHidden(place._element, false)
  })
  // Takes no further event.
  bridge._config.consent = 'denied'
  bridge._wake = bridge._leave = () => undefined
  Object.keys(bridge._client).forEach((name) => {
    bridge._client[name] = () => undefined
  })
}
