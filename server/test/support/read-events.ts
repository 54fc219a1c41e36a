import { expect, vi } from 'vitest'
import { decodeRecord, type EventRecord, type StoredRecord } from '../../src/ingest/record.ts'
import type { EventLog } from '../../src/streams/log.ts'

/** All that is in a log, oldest first, but plans: a service writes those by itself, some time after its start. */
export async function readRecords(log: EventLog): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  for await (const entry of log.read(0)) {
    const record = decodeRecord(entry)
    if (record.kind !== 'plan') found.push(record)
  }
  return found
}

/** Waits until what an act brings about is in the log: no decision waits for that. */
export async function appendedTo<Result>(log: EventLog, act: () => Promise<Result>): Promise<Result> {
  const { length } = await readRecords(log)
  const result = await act()
  await vi.waitFor(async () => expect((await readRecords(log)).length).toBeGreaterThan(length), { timeout: 10_000 })
  return result
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
