import { decodeRecord, type EventRecord, type StoredRecord } from '../../src/ingest/record.ts'
import type { EventLog } from '../../src/streams/log.ts'

/** All that is in a log, oldest first. */
export async function readRecords(log: EventLog): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  for await (const entry of log.read(0)) found.push(decodeRecord(entry))
  return found
}

/** All events in a log, oldest first. */
export async function readEvents(log: EventLog): Promise<EventRecord[]> {
  return (await readRecords(log)).filter((record) => record.kind === 'event')
}

/** An event in a log, and where the log goes on behind it. */
export type PlacedEvent = EventRecord & { nextOffset: number }

/** All events in a log with their places, oldest first. */
export async function readPlacedEvents(log: EventLog): Promise<PlacedEvent[]> {
  const found: PlacedEvent[] = []
  for await (const entry of log.read(0)) {
    const record = decodeRecord(entry)
    if (record.kind === 'event') found.push({ ...record, nextOffset: entry.nextOffset })
  }
  return found
}
