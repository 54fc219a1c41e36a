import { type BatchRequest, MAX_BATCH_EVENTS, PROTOCOL_VERSION } from '../protocol/index.ts'
import type { Bridge } from './bridge.ts'
import { encode } from './json.ts'
import { readItem, writeItem } from './storage.ts'
import { tokenNow } from './visitor.ts'

/** After the prefix: where batches wait in storage for their acknowledgement, shared by all tabs of the origin. */
export const OUTBOX = '.out'

/** Batches that wait in storage at most, should the late chunk never come to send them. */
const MAX_STORED_BATCHES = 9

/**
 * Rescues what waits when the page may be about to go: it goes out by beacon, and stays in storage until the next page has
 * seen it acknowledged, because nobody hears what becomes of a beacon.
 */
export function rescue(bridge: Bridge): void {
  const { _hosts: hosts, site, prefix } = bridge._config
  const token = tokenNow(bridge)
  if (!token || !bridge._waiting.length) return
  const batch: BatchRequest = {
    v: PROTOCOL_VERSION,
    site,
    consent: 'granted',
    token,
    // JSON writes a Date as ISO 8601.
    sentAt: new Date() as unknown as string,
    batch: bridge._waiting.splice(0, MAX_BATCH_EVENTS),
  }
  const stored = (readItem(prefix + OUTBOX) as BatchRequest[] | undefined) || []
  writeItem(prefix + OUTBOX, stored.concat(batch).slice(-MAX_STORED_BATCHES))
  // The others first: some TVs have no beacon, and what throws here must not cost them.
  rescue(bridge)
  navigator.sendBeacon(hosts[0] + '/v1/batch', encode(batch))
}
