import { type BatchRequest, MAX_BATCH_EVENTS, PROTOCOL_VERSION } from '../protocol/index.ts'
import type { Bridge } from './bridge.ts'
import { encode } from './json.ts'
import { readItem, writeItem } from './storage.ts'
import { tokenNow } from './visitor.ts'

/** End of the key (after the prefix) under which batches wait for their acknowledgement, shared by all tabs of the origin. */
export const OUTBOX = '.out'

/** Most batches that wait in storage, in case the late chunk never comes to send them. */
const MAX_STORED_BATCHES = 9

/**
 * Sends the events that wait by beacon when the page may be about to go, and keeps them in storage until the next page has
 * them acknowledged, because a beacon has no answer.
 */
export function flushOnHide(bridge: Bridge): void {
  const { _hosts: hosts, site, prefix } = bridge._config
  const token = tokenNow(bridge)
  if (!token || !bridge._pendingEvents.length) return
  const batch: BatchRequest = {
    v: PROTOCOL_VERSION,
    site,
    consent: 'granted',
    token,
    // JSON writes a Date as ISO 8601.
    sentAt: new Date() as unknown as string,
    batch: bridge._pendingEvents.splice(0, MAX_BATCH_EVENTS),
  }
  const stored = (readItem(prefix + OUTBOX) as BatchRequest[] | undefined) || []
  writeItem(prefix + OUTBOX, stored.concat(batch).slice(-MAX_STORED_BATCHES))
  // The other events first: some TVs have no beacon, and the error below must not cost them.
  flushOnHide(bridge)
  navigator.sendBeacon(hosts[0] + '/v1/batch', encode(batch))
}
