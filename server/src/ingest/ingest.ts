import type { BatchResponse, Device, Event, EventResult } from 'prepaint/protocol'
import type { WallClock } from '../clock.ts'
import { acceptEvent, whyInvalid } from './accept.ts'
import { asMeant, fieldsOf } from './as-meant.ts'
import { allowsKeeping } from './consent.ts'
import type { EventRecord } from './record.ts'
import type { EventSink } from './sink.ts'

/** An event as it may arrive. */
export interface Arrival {
  /** Id of the profile that it is about; undefined if it names nobody, and is invalid then. */
  visitorId: string | undefined
  /** Time of sending by the client, in ms since 1970. Default: that of the batch. */
  sentMs?: number | undefined
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
  /** Kind of the key that it came with; absent for none. */
  keyId?: number
  /** True for events of the past, which the brand's own server brings along. */
  isImported?: boolean
  /** Class of the browser's device; absent if no browser has sent it. */
  device?: Device
  /** Context that its client gives all of them. */
  context?: unknown
  /** Categories of consent that keeping them needs, where messages say something of consent. */
  consentCategories?: readonly string[] | undefined
}

/** Result of a batch: one result an event, and the reasons for the first that were not taken. */
export type Taken = Pick<BatchResponse, 'results' | 'reasons'>

/** Takes in a batch; resolves once all that are accepted are on disk. */
export type Ingest = (batch: Batch) => Promise<Taken>

/** Events of one batch for which a reason is given. */
const MAX_REASONS = 20

/** An alias without ids would say nothing. */
function withoutUser(event: Event): Event | undefined {
  if (event.type === 'alias') return undefined
  if (event.type !== 'identify') return event
  const anonymous = { ...event }
  delete anonymous.userId
  return anonymous
}

/**
 * Returns an event's time by our clock: the client's differs by its time of sending (as Segment's servers do it). A
 * date that was never set, such as year 1, is not before 1970.
 */
function happenedMs(event: Event, sentMs: number, receivedMs: number): number {
  const ageMs = Math.max(0, sentMs - Date.parse(event.timestamp))
  return Math.max(0, receivedMs - ageMs)
}

/** True for the report by which a visitor is counted: reports compare devices. */
function isAssigned(event: Event): boolean {
  return event.type === 'track' && event.event === 'pp:assigned'
}

/** Dependencies of the intake. */
export interface IngestOptions {
  sink: EventSink
  now: WallClock
  /** Called with each event of a batch whose accepted ones are on disk, and its result. */
  onAccepted(site: string, result: EventResult, event?: Event): void
}

/** Result of checking an event: a record, or a word and its reason. */
type Judged = { record: EventRecord } | { result: 'invalid' | 'denied'; why: () => string }

/** Makes the one way in for events. */
export function createIngest({ sink, now, onAccepted }: IngestOptions): Ingest {
  function judge({ visitorId, value, sentMs }: Arrival, batch: Batch, receivedMs: number): Judged {
    const keyed = batch.keyId === undefined ? {} : { keyId: batch.keyId }
    const contexts = [batch.context, fieldsOf(value)?.['context']]
    if (!contexts.every((context) => allowsKeeping(context, batch.consentCategories)))
      return { result: 'denied', why: () => '/context/consent: does not allow it' }
    const saidMs = sentMs ?? batch.sentMs
    const meant = asMeant(value, saidMs)
    const accepted = acceptEvent(meant)
    if (!accepted) return { result: 'invalid', why: () => whyInvalid(meant) }
    const event = batch.withoutUserId ? withoutUser(accepted) : accepted
    if (!event) return { result: 'invalid', why: () => '/userId: is not taken under Global Privacy Control' }
    if (visitorId === undefined)
      return {
        result: 'invalid',
        why: () => '/: names nobody: give userId or anonymousId, as text of at most 200 characters',
      }
    return {
      record: {
        kind: 'event',
        site: batch.site,
        visitorId,
        receivedMs,
        atMs: happenedMs(event, saidMs, receivedMs),
        event,
        ...keyed,
        ...(batch.device !== undefined && isAssigned(event) ? { device: batch.device } : {}),
        ...(batch.isImported === true ? { imported: true as const } : {}),
      },
    }
  }

  return async (batch) => {
    const receivedMs = now()
    const judged = batch.arrivals.map((arrival) => judge(arrival, batch, receivedMs))
    const kept = judged.flatMap((one) => ('record' in one ? [one.record] : []))
    if (kept.length > 0) await sink.append(kept)
    const results = judged.map((one) => {
      const result = 'record' in one ? 'accepted' : one.result
      onAccepted(batch.site, result, 'record' in one ? one.record.event : undefined)
      return result
    })
    const refused = judged
      .flatMap((one, index) => ('record' in one ? [] : [{ index, why: one.why }]))
      .slice(0, MAX_REASONS)
    if (refused.length === 0) return { results }
    return { results, reasons: refused.map(({ index, why }) => ({ index, message: why() })) }
  }
}
