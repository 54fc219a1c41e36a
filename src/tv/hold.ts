import type { Bridge } from '../client/bridge.ts'
import type { Event, TrackEvent } from '../protocol/index.ts'

/** Longest time that an event of a slot waits, in ms: a cue causes it in all pages at once. */
const JITTER_MS = 30_000

/**
 * Makes what holds back the newest event if it tells of a slot, as those that a cue causes do; call it whenever an event may have come. What is held leaves together
 * after a random time, or as the page ends. (Without consent the sender drops what is released.)
 * @param onTrack is told the name of any other event.
 */
export function createHold(bridge: Bridge, random: () => number, onTrack: (event: string) => void): () => void {
  const { _flushOnHide: flushOnHide } = bridge
  let held: Event[] = []
  let newest: Event | undefined

  const release = (): void => {
    if (!held[0]) return
    const { answer } = bridge._record
    const counts = (held as TrackEvent[]).map(({ properties }) => properties || {}).filter(({ by }) => by)
    if (counts[0] && answer && answer.consent === 'pending')
      navigator.sendBeacon(
        bridge._config._hosts[0] + '/v1/counts',
        JSON.stringify({ v: 1, site: bridge._config.site, counts }),
      )
    bridge._pendingEvents = bridge._pendingEvents.concat(held)
    newest = held.pop()
    held = []
    bridge._notify()
  }

  bridge._flushOnHide = () => {
    release()
    flushOnHide(bridge)
  }

  return () => {
    const { _pendingEvents: pending } = bridge
    const event = pending[pending.length - 1] as TrackEvent | undefined
    if (!event || event === newest) return
    newest = event
    // Assigned, seen and refused.
    if (!/^pp:(a|se|r)/.test(event.event)) {
      onTrack(event.event)
      return
    }
    pending.pop()
    newest = pending[pending.length - 1]
    if (held.push(event) < 2) setTimeout(release, random() * JITTER_MS)
  }
}
