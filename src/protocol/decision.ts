import type { Consent } from './consent.ts'
import type { PageFact, PageFacts, SessionFacts } from './context.ts'
import type { JsonObject } from './json.ts'
import type { Operation } from './operation.ts'
import type { Reason } from './reason.ts'
import type { TvPlan } from './tv.ts'

/**
 * Origin of an answer, best first.
 * - `live`: from the visitor's profile as it is now (a visitor issued in this request has none to read).
 * - `cached`: from a copy that the service or the client kept and that is still valid.
 * - `stale`: from a copy past its time, because the store did not answer within the budget.
 * - `contextual`: from page and time alone.
 * - `default`: the page's own content, because nothing could be decided.
 */
export type Tier = 'live' | 'cached' | 'stale' | 'contextual' | 'default'

/** The decision for one slot. */
export interface SlotDecision {
  /** Reason for the slot's decision. */
  reason: Reason
  /** Origin of the decision. */
  tier: Tier
  /** Id of the experience that won; absent with `no-match` and `no-id`. */
  experience?: string
  /** Id of this visitor's variant; absent when `experience` is. */
  variant?: string
  /** Operations on the slot; absent or empty leaves it as it is. */
  operations?: Operation[]
  /** Address to go to instead of this page; the catalog allows only the site's own origins and those it lists. */
  redirect?: string
  /** CSS selector of the slot, for slots that are not marked with `data-pp-slot`. */
  selector?: string
  /** Time for which this decision may be painted from a cache, in ms. Absent: as long as the whole answer. */
  ttlMs?: number
  /**
   * Number of times that this decision may still be painted from a cache (a frequency cap); absent means any number.
   */
  uses?: number
  /** Page facts that the decision depends on: another value of any of these makes a cached copy invalid. */
  vary?: PageFact[]
  /** Names of events that the slot's audiences read: tracking one makes a cached copy invalid. */
  events?: string[]
  /** Name in the `draws` of the plan, if the page draws what a live slot shows to somebody of whom nothing is known. */
  draw?: string
}

/** An event that a browser has tracked lately, with the keys that the service has asked for. */
export interface RecentEvent {
  /** The event's own id: one that the profile knows already is not counted again. */
  messageId: string
  /** Time of the event by the client's clock, ISO 8601. */
  timestamp: string
  /** The event's name. */
  event: string
  /** Properties that the site's features read. */
  properties?: JsonObject | undefined
}

/** Body of `POST /v1/decide`, sent as `text/plain` so that no preflight is needed (Fetch Standard, 2.2.2). */
export interface DecideRequest {
  /** Version of the protocol: 1. */
  v: number
  /** The site's id, as in its catalog. */
  site: string
  /** The visitor's consent. */
  consent: Consent
  /** The visitor's token, when the client has one and consent is `granted`. */
  token?: string | undefined
  /** The page that asks. */
  page: PageFacts
  /** Absent without consent. */
  session?: SessionFacts | undefined
  /** The browser's distance from UTC, in minutes east. */
  utcOffsetMin?: number | undefined
  /** From a signed link that the brand sent to a known customer: proves who opened it. */
  link?: string | undefined
  /** The visitor has ended the link: the answer is without it, and so are all that follow. */
  unlink?: true | undefined
  /**
   * Events that may not be in the profile yet, oldest first: the answer is as if they were. At most 20 of them, and 1 KB in all.
   */
  recent?: RecentEvent[] | undefined
  /** With a server key only: decide for this user of the brand, who is no visitor in a browser. */
  userId?: string | undefined
}

/** Answer of `POST /v1/decide`: every slot of the site's catalog. */
export interface DecideResponse {
  /** Version of the protocol: 1. */
  v: number
  /** Version of the catalog that decided. */
  catalog: string
  /** The consent state that the service used. */
  consent: Consent
  /** A token to keep from now on; present when the service issued a visitor in this request. */
  token?: string
  /** Time for which the client may paint this answer from its cache, in ms. */
  ttlMs: number
  /**
   * Events that slots depend on, and the keys that are kept of them, at whatever depth: the next questions tell of them (`recent`), and
   * they are sent at once. Absent if no slot depends on any.
   */
  recent?: {
    /** Names of the events. */
    events: string[]
    /** Keys that are kept of them. */
    keys: string[]
  }
  /** Number of the first events of the request's `recent` that need not be sent again: the profile has them. */
  folded?: number
  /** Changes of live slots in the next 15 minutes; absent if the site has no live slot. */
  tv?: TvPlan
  /** By slot name. A slot that is missing here is not in the catalog. */
  slots: { [slot: string]: SlotDecision }
}
