import { acceptEvent } from '../ingest/accept.ts'
import { decodeRecord, type StoredRecord, type TvRecord, type VisitorRecord } from '../ingest/record.ts'
import { readBundle } from './bundle.ts'

/** The record as one that is taken in now; undefined when it is none. */
function accept(record: StoredRecord, nowMs: number): VisitorRecord | TvRecord | undefined {
  // The owner alone declares features and plans.
  if (record.kind === 'features' || record.kind === 'plan') return undefined
  // One clock for one log: that of its owner.
  if (record.kind === 'erasure' || record.kind === 'tv') return { ...record, receivedMs: nowMs }
  const ageMs = record.receivedMs - record.atMs
  const event = acceptEvent(record.event)
  if (!event || !(ageMs >= 0)) return undefined
  const taken = { ...record, receivedMs: nowMs, atMs: Math.max(0, nowMs - ageMs), event }
  return taken.kind === 'link' && event.type !== 'identify' ? undefined : (taken as VisitorRecord)
}

/** The records that another service has handed over; undefined when anything of it is not as it should be. */
export function readForwarded(body: Buffer, nowMs: number): StoredRecord[] | undefined {
  try {
    const records = readBundle(body)?.map((record) => accept(decodeRecord(record), nowMs)) ?? []
    return records.length > 0 && records.every((record) => record !== undefined) ? records : undefined
  } catch {
    return undefined
  }
}
