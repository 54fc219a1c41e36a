import { type BatchRequest, type Event, PROTOCOL_VERSION } from '../protocol/index.ts'
import type { Config } from './config.ts'
import { readItem, writeItem } from './storage.ts'

/** Where batches wait in storage for their acknowledgement, shared by all tabs of the origin. */
export function outboxKey(prefix: string): string {
  return prefix + '.out'
}

/** Batches that wait in storage at most, should the late chunk never come to send them. */
const MAX_STORED_BATCHES = 9

/** The batches in storage. */
export function readOutbox(prefix: string): BatchRequest[] {
  return readItem<BatchRequest[]>(outboxKey(prefix)) || []
}

/** The body that carries `events` of the visitor with this token. JSON writes a Date as ISO 8601. */
export function createBatch(site: string, token: string, events: Event[]): BatchRequest {
  return { v: PROTOCOL_VERSION, site, consent: 'granted', token, sentAt: new Date() as unknown as string, batch: events }
}

/**
 * Rescues events when the page may be about to go: they go out by beacon, and stay in storage until the next page has
 * seen them acknowledged, because nobody hears what becomes of a beacon.
 */
export function rescue({ endpoint, prefix }: Config, batch: BatchRequest): void {
  writeItem(outboxKey(prefix), readOutbox(prefix).concat(batch).slice(-MAX_STORED_BATCHES))
  navigator.sendBeacon(endpoint + '/v1/batch', JSON.stringify(batch))
}
