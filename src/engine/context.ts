import type { JsonObject, PageContext, SessionFacts } from '../protocol/index.ts'

/** What the service knows of a visitor, as far as conditions may ask. */
export interface VisitorFacts {
  /** What the brand has said by `identify`, by name. */
  traits: JsonObject
  /** How often each event was seen, by its name. */
  events: { [name: string]: number }
  /** Page views before this one. */
  pageViews: number
  /** The variant that was first shown, by experience: what sticky assignment keeps. */
  assignments?: { [experience: string]: string }
  /** When each experience was shown, by experience: what frequency caps count. */
  shown?: { [experience: string]: Showings }
}

/** How often an experience was shown to a visitor. */
export interface Showings {
  /** How often, in all. */
  count: number
  /** The latest 10 times, in ms since 1970, oldest first. */
  recentMs: number[]
}

/** Where the request came from, as trusted proxies say. */
export interface GeoFacts {
  /** ISO 3166-1 alpha-2, such as `CH`. */
  country?: string
  /** Region, as the proxy names it. */
  region?: string
  /** City, as the proxy names it. */
  city?: string
}

/** Everything that a decision may depend on; nothing else is read. */
export interface DecideContext {
  /** Absent without consent: experiences that need to know who asks are then passed over. */
  visitorId?: string
  /** The brand's id of this person, when the service knows it; never what a page only says. */
  userId?: string
  /** Absent without consent, and when the profile could not be read in time. */
  visitor?: VisitorFacts
  /** What the page and the request say. */
  page: PageContext
  /** Absent when no trusted proxy says a place. */
  geo?: GeoFacts
  /** Absent without consent. */
  session?: SessionFacts
  /** The visitor's distance from UTC, in minutes east. */
  utcOffsetMin?: number
  /** The instant of the decision, in ms since 1970. */
  nowMs: number
}
