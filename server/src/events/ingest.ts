import type { Event, EventResult } from 'prepaint/protocol'
import { acceptEvent } from './accept.ts'
import type { EventSink } from './event-sink.ts'
import type { EventRecord } from './record.ts'

/** An event as it may arrive. */
export interface Arrival {
  /** Whose profile it is about; undefined when it names nobody, and is invalid then. */
  visitorId: string | undefined
  value: unknown
}

/** Events of one site that arrive together. */
export interface Batch {
  site: string
  /** The client's clock when it was sent, in ms since 1970. */
  sentMs: number
  arrivals: readonly Arrival[]
  /** True under Global Privacy Control: the brand's own ids of the person are not stored. */
  withoutUserId: boolean
}

/** Takes in a batch; resolves with one result an event once all that are accepted are on disk. */
export type Ingest = (batch: Batch) => Promise<EventResult[]>

/** An alias without ids would say nothing. */
function withoutUser(event: Event): Event | undefined {
  if (event.type === 'alias') return undefined
  if (event.type !== 'identify') return event
  const anonymous = { ...event }
  delete anonymous.userId
  return anonymous
}

/**
 * When it happened by our clock: the client's differs by what it said at sending (as Segment's servers do it). A date that was
 * never set, such as year 1, is not before 1970.
 */
function happenedMs(event: Event, sentMs: number, receivedMs: number): number {
  const ageMs = Math.max(0, sentMs - Date.parse(event.timestamp))
  return Math.max(0, receivedMs - ageMs)
}

/** What taking in depends on. */
export interface IngestOptions {
  sink: EventSink
  /** Ms since 1970. */
  now: () => number
  /** Told each event of a batch that is on disk; undefined for one that is invalid. */
  onTaken(site: string, event: Event | undefined): void
}

/** Makes the one way in for events. */
export function createIngest({ sink, now, onTaken }: IngestOptions): Ingest {
  return async ({ site, sentMs, arrivals, withoutUserId }) => {
    const receivedMs = now()
    const records = arrivals.map(({ visitorId, value }): EventRecord | undefined => {
      const accepted = visitorId === undefined ? undefined : acceptEvent(value)
      const event = accepted && withoutUserId ? withoutUser(accepted) : accepted
      if (visitorId === undefined || event === undefined) return undefined
      return { site, visitorId, receivedMs, atMs: happenedMs(event, sentMs, receivedMs), event }
    })
    const kept = records.filter((record) => record !== undefined)
    if (kept.length > 0) await sink.append(kept)
    for (const record of records) onTaken(site, record?.event)
    return records.map((record) => (record ? 'accepted' : 'invalid'))
  }
}
