import type { Bridge } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import { isGranted } from '../client/visitor.ts'
import { hideLink } from './hide-link.ts'
import type { LoadVitals } from './load-vitals.ts'
import { reportMissing } from './missing.ts'
import { keepApplied } from './reapply.ts'
import { watchSeen } from './seen.ts'
import { createSender } from './sender.ts'
import type { Track } from './serve.ts'
import type { Served } from './served.ts'

/** Starts delivery, what is seen, what a framework takes away, and reports of selectors that match nothing. */
export function deliver(bridge: Bridge, served: Served, loadVitals: LoadVitals): void {
  const { config, client } = bridge
  if (served.isDestroyed) return
  const track = client['track'] as Track
  const tell = (code: 'events_dropped' | 'events_refused') => (count: number) => {
    if (count) served.emit('error', { code, count })
  }
  const sender = createSender(bridge, tell('events_dropped'), tell('events_refused'))
  bridge.leave = safely(sender.leave)
  bridge.flush = sender.flush
  served.onChange(sender.wake)
  served.enders.push(sender.stop)
  watchSeen(bridge, served, track)
  keepApplied(bridge, served, track)
  // Before consent the address is where a link waits for it.
  served.onChange(() => {
    if (isGranted(bridge) && !bridge.question) hideLink(bridge)
  })
  const { reset } = client
  client['reset'] = safely(() => {
    hideLink(bridge)
    if (reset) reset()
  })
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
