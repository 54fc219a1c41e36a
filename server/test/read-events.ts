import { decodeRecord, type EventRecord } from '../src/events/record.ts'
import type { EventLog } from '../src/streams/log.ts'

/** All events in a log, oldest first. */
export async function readEvents(log: EventLog): Promise<EventRecord[]> {
  const found: EventRecord[] = []
  for await (const { payload } of log.read(0)) {
    const record = decodeRecord(payload)
    if ('event' in record) found.push(record)
  }
  return found
}
