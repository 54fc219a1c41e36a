import { Packr } from 'msgpackr'
import type { Event } from 'prepaint/protocol'

interface RecordBase {
  site: string
  visitorId: string
  /** When the service took it in, in ms since 1970. */
  receivedMs: number
}

/** All that is known of the visitor is to be forgotten. It goes through the log, so that no event before it comes back. */
export interface ErasureRecord extends RecordBase {
  isErasure: true
}

/** One accepted event as the log keeps it. */
export interface EventRecord extends RecordBase {
  /** When it happened by the service's clock, in ms since 1970; never after `receivedMs`. */
  atMs: number
  event: Event
  /** True for an `identify` of our own, which a signed link has proved; such a user's profile may be read. */
  isLinked?: boolean
}

/** What the log holds. */
export type StoredRecord = EventRecord | ErasureRecord

const packr = new Packr({ useRecords: false })

/** A record as the payload of a log entry. The bytes are the caller's to keep. */
export function encodeRecord(record: StoredRecord): Uint8Array {
  return packr.pack(record)
}

function isRecord(value: unknown): value is StoredRecord {
  const record = value as Partial<EventRecord & ErasureRecord> | null | undefined
  const isOfVisitor = typeof record?.site === 'string' && typeof record.visitorId === 'string'
  return isOfVisitor && (record.isErasure === true || typeof record.event === 'object')
}

/**
 * Reverses {@link encodeRecord}.
 * @throws TypeError for a payload that is no record.
 */
export function decodeRecord(payload: Uint8Array): StoredRecord {
  const value: unknown = packr.unpack(payload)
  if (!isRecord(value)) throw new TypeError('the payload is no record')
  return value
}
