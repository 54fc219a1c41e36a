import type { Event, EventResult } from 'prepaint/protocol'
import type { EventLog } from '../streams/log.ts'
import { acceptEvent } from './accept.ts'
import { encodeRecord } from './record.ts'

/** A batch of one visitor, as it may arrive. */
export interface Batch {
  site: string
  visitorId: string
  /** The client's clock when it was sent, in ms since 1970. */
  sentMs: number
  events: readonly unknown[]
  /** True under Global Privacy Control: the brand's own id of the person is not stored. */
  withoutUserId: boolean
}

/** Takes in a batch; resolves with one result an event once all that are accepted are on disk. */
export type Ingest = (batch: Batch) => Promise<EventResult[]>

function withoutUser(event: Event): Event {
  if (event.type !== 'identify') return event
  const anonymous = { ...event }
  delete anonymous.userId
  return anonymous
}

/** When it happened by our clock: the client's differs by what it said at sending (as Segment's servers do it). */
function happenedMs(event: Event, sentMs: number, receivedMs: number): number {
  const ageMs = Math.max(0, sentMs - Date.parse(event.timestamp))
  return receivedMs - ageMs
}

/** Makes the one way in for events. `now` gives ms since 1970. */
export function createIngest(log: EventLog, now: () => number): Ingest {
  return async ({ site, visitorId, sentMs, events, withoutUserId }) => {
    const receivedMs = now()
    const accepted = events.map(acceptEvent)
    const payloads = accepted
      .filter((event) => event !== undefined)
      .map((event) => (withoutUserId ? withoutUser(event) : event))
      .map((event) => encodeRecord({ site, visitorId, receivedMs, atMs: happenedMs(event, sentMs, receivedMs), event }))
    if (payloads.length > 0) await log.append(payloads)
    return accepted.map((event) => (event ? 'accepted' : 'invalid'))
  }
}
