import type { Json, JsonObject, PageContext, SessionFacts } from '../protocol/index.ts'

/** What the service knows of a visitor, as far as conditions may ask. */
export interface VisitorFacts {
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
  count: number
  /** The latest 10 times, in ms since 1970, oldest first. */
  recentMs: number[]
}

/** Where the request came from, as trusted proxies say. */
export interface GeoFacts {
  /** ISO 3166-1 alpha-2, such as `CH`. */
  country?: string
  region?: string
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
  page: PageContext
  geo?: GeoFacts
  /** Absent without consent. */
  session?: SessionFacts
  /** The visitor's distance from UTC, in minutes east. */
  utcOffsetMin?: number
  /** The instant of the decision, in ms since 1970. */
  nowMs: number
}

/** Where an attribute's value comes from. */
export type Source = 'page' | 'traits' | 'events' | 'pageViews'

/** An attribute as a condition names it: `page.campaign`, `traits.plan.tier`, `events.Order Completed`, `pageViews`. */
export interface Attribute {
  source: Source
  /** The rest of the name; an event's name may hold dots and spaces. */
  key: string
}

const PAGE_KEYS: readonly string[] = ['path', 'campaign', 'referrer', 'device', 'language'] satisfies (keyof PageContext)[]

const SOURCES: readonly string[] = ['page', 'traits', 'events', 'pageViews']

/** Reads an attribute's name; undefined when it begins with no known source or names nothing that a page has. */
export function parseAttribute(name: string): Attribute | undefined {
  const dot = name.indexOf('.')
  const source = dot < 0 ? name : name.slice(0, dot)
  const key = dot < 0 ? '' : name.slice(dot + 1)
  const isNamed = source === 'pageViews' ? key === '' : key !== ''
  const isKnown = source !== 'page' || PAGE_KEYS.includes(key)
  return SOURCES.includes(source) && isNamed && isKnown ? { source: source as Source, key } : undefined
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function nested(object: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = object
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    value = own(value, key)
  }
  return value
}

/** The attribute's value; undefined when nothing is known of it. */
export function readAttribute({ source, key }: Attribute, context: DecideContext): Json | undefined {
  const { page, visitor } = context
  if (source === 'page') return own({ ...page }, key)
  if (!visitor) return undefined
  if (source === 'traits') return nested(visitor.traits, key)
  return source === 'pageViews' ? visitor.pageViews : (own(visitor.events, key) ?? 0)
}
