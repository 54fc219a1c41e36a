import type { Bridge } from '../client/bridge.ts'
import { encode } from '../client/json.ts'
import { tokenNow } from '../client/visitor.ts'
import {
  type BatchRequest,
  type Event,
  MAX_BATCH_BYTES,
  MAX_BATCH_EVENTS,
  PROTOCOL_VERSION,
} from '../protocol/index.ts'

/** Events that may wait in memory; a page that tracks faster than it can send must not grow without end. */
const MAX_WAITING = 200

/** Characters that a batch's envelope takes at most. */
const ENVELOPE_CHARS = 1_000

/** `batches` without those that are among `others`; a batch is known by its first message. */
export function without(batches: BatchRequest[], others: BatchRequest[]): BatchRequest[] {
  const idOf = ({ batch }: BatchRequest): string => (batch[0] as Event).messageId
  const ids = others.map(idOf)
  return batches.filter((batch) => ids.indexOf(idOf(batch)) < 0)
}

/**
 * Takes the events that wait and seals them into batches of the present visitor; without a token they go on waiting,
 * as far as there is room. Characters are counted: even at 3 bytes each, a batch fits the 64 KiB that all keepalive
 * requests of a page share (Fetch Standard, 4.6).
 */
export function sealBatches(bridge: Bridge): BatchRequest[] {
  const token = tokenNow(bridge)
  const batches: BatchRequest[] = []
  const waiting = bridge._pendingEvents.length
  bridge._pendingEvents = bridge._pendingEvents.slice(0, MAX_WAITING)
  const dropped = waiting - bridge._pendingEvents.length
  while (token && bridge._pendingEvents.length) {
    let chars = ENVELOPE_CHARS
    let count = 0
    bridge._pendingEvents.slice(0, MAX_BATCH_EVENTS).forEach((event) => {
      chars += encode(event).length
      if (chars < MAX_BATCH_BYTES) count++
    })
    batches.push({
      v: PROTOCOL_VERSION,
      site: bridge._config.site,
      consent: 'granted',
      token,
      sentAt: new Date().toISOString(),
      batch: bridge._pendingEvents.splice(0, count || 1),
    })
  }
  if (dropped && batches[0]) batches[0].dropped = dropped
  return batches
}
