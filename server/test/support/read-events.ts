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
