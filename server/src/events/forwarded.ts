import { payloadsOf } from '../streams/frame.ts'
import { acceptEvent } from './accept.ts'
import { decodeRecord, type StoredRecord } from './record.ts'

/** Longest names, in characters: a site's, and that of a user's profile. */
const MAX_SITE_LENGTH = 64
const MAX_ID_LENGTH = 100

function isName(text: string, maxLength: number): boolean {
  return text !== '' && text.length <= maxLength
}

/** The record with nothing but its known fields, taken in now; undefined when it is none. */
function accept(record: StoredRecord, nowMs: number): StoredRecord | undefined {
  const { site, visitorId, receivedMs } = record
  if (!isName(site, MAX_SITE_LENGTH) || !isName(visitorId, MAX_ID_LENGTH)) return undefined
  // One clock for one log: that of its owner.
  const base = { site, visitorId, receivedMs: nowMs }
  if ('isErasure' in record) return { ...base, isErasure: true }
  const ageMs = receivedMs - record.atMs
  const event = acceptEvent(record.event)
  if (!event || !(ageMs >= 0)) return undefined
  return { ...base, atMs: Math.max(0, nowMs - ageMs), event, ...(record.isLinked === true ? { isLinked: true } : {}) }
}

/** The records that another service has handed over; undefined when anything of it is not as it should be. */
export function readForwarded(body: Buffer, nowMs: number): StoredRecord[] | undefined {
  try {
    const records = payloadsOf(body)?.map((payload) => accept(decodeRecord(payload), nowMs)) ?? []
    return records.length > 0 && records.every((record) => record !== undefined) ? records : undefined
  } catch {
    return undefined
  }
}
