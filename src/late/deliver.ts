import type { Bridge } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import { isGranted } from '../client/visitor.ts'
import { hideLink } from './hide-link.ts'
import { keepAttributes } from './keep-attributes.ts'
import type { LoadTv } from './load-tv.ts'
import type { LoadVitals } from './load-vitals.ts'
import { reportMissing } from './missing.ts'
import { watchSeen } from './seen.ts'
import { createSender } from './sender.ts'
import type { Track } from './serve.ts'
import type { Served } from './served.ts'
import { watchViews } from './watch-views.ts'

/** Starts delivery, what is seen, what a framework takes away, and reports of selectors that match nothing. */
export function deliver(bridge: Bridge, served: Served, loadVitals: LoadVitals, loadTv: LoadTv): void {
  const { _config: config, _client: client } = bridge
  if (served._isDestroyed) return
  const track = client['track'] as Track
  const tell = (code: 'events_dropped' | 'events_refused') => (count: number) => {
    if (count) served.emit('error', { code, count })
  }
  const sender = createSender(bridge, tell('events_dropped'), tell('events_refused'))
  bridge._flushOnHide = safely(sender._flushOnHide)
  bridge.flush = sender.flush
  served._onChange(sender._notify)
  served._enders.push(sender.stop)
  watchSeen(bridge, served, track)
  keepAttributes(bridge, served, track)
  watchViews(bridge, served)
  // Before consent the address is where a link waits for it.
  served._onChange(() => {
    if (isGranted(bridge) && !bridge._view._request) hideLink(bridge)
  })
  const { reset } = client
  client['reset'] = safely(() => {
    hideLink(bridge)
    if (reset) reset()
  })
  let isTv = false
  served._onChange(() => {
    const { answer } = bridge._record
    if (isTv || !answer || !answer.tv) return
    isTv = true
    loadTv(served)
  })
  // Another tab may have withdrawn: what it has removed is not to be sent from here.
  addEventListener('storage', ({ key }) => {
    if (key === config.prefix) bridge._notify()
  })
  if (config.vitals !== undefined) {
    loadVitals((properties) => {
      track('pp:vitals', properties)
    })
  }
  bridge._notify()
  reportMissing(bridge, track)
}
