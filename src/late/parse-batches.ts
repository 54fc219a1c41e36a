import { encode } from '../client/json.ts'
import type { BatchRequest, Event } from '../protocol/index.ts'

/** Most characters of a batch that is read from storage: the service reads no larger body. */
const MAX_CHARS = 65_536

function isEvent(event: Partial<Event> | null): boolean {
  return !!event && typeof event.messageId === 'string' && typeof event.type === 'string'
}

function isBatch(batch: Partial<BatchRequest> | null): boolean {
  return (
    !!batch &&
    typeof batch.site === 'string' &&
    typeof batch.token === 'string' &&
    Array.isArray(batch.batch) &&
    batch.batch.length > 0 &&
    batch.batch.every(isEvent) &&
    encode(batch).length <= MAX_CHARS
  )
}

/** The batches in what was found in storage: what is none would be refused again and again, and keep others from leaving. */
export function parseBatches(found: unknown): BatchRequest[] {
  return Array.isArray(found) ? (found as BatchRequest[]).filter(isBatch) : []
}
