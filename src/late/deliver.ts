import type { Bridge } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import { reportMissing } from './missing.ts'
import { keepApplied } from './reapply.ts'
import { watchSeen } from './seen.ts'
import { createSender } from './sender.ts'
import type { Served, Track } from './serve.ts'
import type { LoadVitals } from './load-vitals.ts'

/** Starts delivery, what is seen, what a framework takes away, and reports of selectors that match nothing. */
export function deliver(bridge: Bridge, served: Served, loadVitals: LoadVitals): void {
  const { config, client } = bridge
  if (served.isDestroyed) return
  const track = client['track'] as Track
  const sender = createSender(bridge, (count) => {
    served.emit('error', { code: 'events_dropped', count })
  })
  bridge.leave = safely(sender.leave)
  bridge.flush = sender.flush
  served.onChange(sender.wake)
  served.onEnd(sender.stop)
  watchSeen(bridge, served, track)
  keepApplied(bridge, served, track)
  // Another tab may have withdrawn: what it has removed is not to be sent from here.
  addEventListener('storage', ({ key }) => {
    if (key === config.prefix) bridge.wake()
  })
  if (config.vitals !== undefined) {
    loadVitals((properties) => {
      track('pp:vitals', properties)
    })
  }
  bridge.wake()
  reportMissing(bridge, track)
}
