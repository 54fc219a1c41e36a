import type { Bridge } from '../client/bridge.ts'
import type { Event, TrackEvent } from '../protocol/index.ts'

/** Longest time that an event waits which a cue has caused, in ms: all pages have it at once. */
const JITTER_MS = 30_000

/**
 * Makes what holds back the newest event if a cue has caused it; call it whenever an event may have come. What is held leaves together
 * after a random time, or as the page ends. (Without consent the sender drops what is released.)
 * @param isLive returns true for a slot that a cue has changed.
 * @param onTrack is told the name of any other event.
 */
export function createHold(
  bridge: Bridge,
  random: () => number,
  isLive: (slot: unknown) => unknown,
  onTrack: (event: string) => void,
): () => void {
  const { _flushOnHide: flushOnHide } = bridge
  let held: Event[] = []
  let newest: Event | undefined

  const release = (): void => {
    if (!held[0]) return
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
    const { event: name, properties } = event
    if (!/^pp:(a|se|r)/.test(name) || !isLive((properties || {})['slot'])) {
      onTrack(name)
      return
    }
    pending.pop()
    newest = pending[pending.length - 1]
    if (held.push(event) < 2) setTimeout(release, random() * JITTER_MS)
  }
}
