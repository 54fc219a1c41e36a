import type { JsonObject, PageContext, SessionFacts } from '../protocol/index.ts'
import type { FeatureStates } from './features/states.ts'
import type { Airings } from './tv/timeline.ts'

/** The visitor's profile, as far as conditions may read it. */
export interface VisitorFacts {
  /** Traits that the brand has set by `identify`, by name. */
  traits: JsonObject
  /** Number of times that each event was seen, by its name. */
  events: { [name: string]: number }
  /** Page views before this one. */
  pageViews: number
  /** The variant that was first shown, by experience: what sticky assignment keeps. */
  assignments?: { [experience: string]: string }
  /** Showings of each experience, by its id; frequency caps count them. */
  shown?: { [experience: string]: Showings }
  /** States of the site's features; absent: no event of any of them was seen. */
  features?: FeatureStates
}

/** Showings of an experience to a visitor. */
export interface Showings {
  /** Number of all showings. */
  count: number
  /** The latest 10 times, in ms since 1970, oldest first. */
  recentMs: number[]
}

/** Location of the request, from trusted proxies. */
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
  /** Absent without consent, and when the profile could not be read in time: a clause on it neither holds nor fails then. */
  visitor?: VisitorFacts
  /** Facts of the page and the request. */
  page: PageContext
  /** Absent when no trusted proxy says a place. */
  geo?: GeoFacts
  /** Airings of the site; absent if the host has no timeline. */
  tv?: Airings
  /** Absent without consent. */
  session?: SessionFacts
  /** The visitor's distance from UTC, in minutes east. */
  utcOffsetMin?: number
  /** The instant of the decision, in ms since 1970. */
  nowMs: number
}
