import type { Json, JsonObject } from '../protocol/index.ts'
import { type Frame, type Known, NOT_KNOWN } from './frame.ts'
import { daypart, localHour, weekday, zone } from './local-time.ts'

/** Origin of an attribute's value. */
export type Source =
  'page' | 'geo' | 'time' | 'session' | 'user' | 'traits' | 'events' | 'pageViews' | 'features' | 'tv'

/** An attribute as a condition names it: `page.campaign`, `traits.plan.tier`, `events.Order Completed`, `pageViews`. */
export interface Attribute {
  /** The whole name. */
  name: string
  /** Origin of its value. */
  source: Source
  /** The rest of the name; an event's name may hold dots and spaces. */
  key: string
  /** Its value; `NOT_KNOWN` of a profile that is not known. */
  read(frame: Frame): Known
}

const SINGLE: readonly Source[] = ['page', 'geo', 'time', 'user', 'session', 'events', 'pageViews', 'features', 'tv']

/** True when its value is never a list. A trait may be one, which `$in` takes item by item. */
export function isSingle({ source }: Attribute): boolean {
  return SINGLE.includes(source)
}

type Read = Attribute['read']

function local(of: (nowMs: number, utcOffsetMin: number) => Json): Read {
  return ({ nowMs, utcOffsetMin }) => (utcOffsetMin === undefined ? undefined : of(nowMs, utcOffsetMin))
}

/** One function each, since each then keeps its own inline cache: twice as fast as one function with a key. */
const named: { readonly [name: string]: Read } = {
  'page.path': ({ page }) => page.path,
  'page.campaign': ({ page }) => page.campaign,
  'page.source': ({ page }) => page.source,
  'page.medium': ({ page }) => page.medium,
  'page.term': ({ page }) => page.term,
  'page.content': ({ page }) => page.content,
  'page.click': ({ page }) => page.click,
  'page.referrer': ({ page }) => page.referrer,
  'page.device': ({ page }) => page.device,
  'page.language': ({ page }) => page.language,
  'geo.country': ({ geo }) => geo?.country,
  'geo.region': ({ geo }) => geo?.region,
  'geo.city': ({ geo }) => geo?.city,
  'time.zone': local((_nowMs, utcOffsetMin) => zone(utcOffsetMin)),
  'time.daypart': local(daypart),
  'time.weekday': local(weekday),
  'time.hour': local(localHour),
  'session.views': ({ session }) => session?.views,
  'session.visits': ({ session }) => session?.visits,
  'session.isNew': ({ session }) => session && session.visits === 1,
  'user.id': ({ userId }) => userId,
  pageViews: ({ visitor }) => (visitor ? visitor.pageViews : NOT_KNOWN),
}

/** The attributes that have one name each; beside them there are `traits.…` and `events.…`. */
export const ATTRIBUTE_NAMES: readonly string[] = Object.keys(named)

/** Reads an own property. Inherited ones are never primitives, so that only other values need the slower check. */
function own(object: JsonObject, key: string): Json | undefined {
  const value = object[key]
  return (typeof value !== 'object' && typeof value !== 'function') || Object.hasOwn(object, key) ? value : undefined
}

/** Reads the value at a path of names joined by dots; undefined when there is none. Lists have no names. */
export function readPath(path: string): (value: Json | undefined) => Json | undefined {
  const keys = path.split('.')
  return (root) => {
    let value = root
    for (const key of keys) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
      value = own(value, key)
    }
    return value
  }
}

/**
 * Readers of the open sources: names under `traits.` and `events.` are up to the site. An event that was never seen was
 * seen 0 times.
 */
const open: { readonly [source: string]: (key: string) => Read } = {
  traits(key) {
    const at = readPath(key)
    return ({ visitor }) => (visitor ? at(visitor.traits) : NOT_KNOWN)
  },
  events:
    (key) =>
    ({ visitor }) =>
      visitor ? (own(visitor.events, key) ?? 0) : NOT_KNOWN,
}

/**
 * Finds an attribute by its name; undefined when there is none of that name.
 * @example
 * ```ts
 * parseAttribute('traits.plan')?.source // traits
 * parseAttribute('page.colour') // undefined
 * ```
 */
export function parseAttribute(name: string): Attribute | undefined {
  const dot = name.indexOf('.')
  const source = (dot < 0 ? name : name.slice(0, dot)) as Source
  const key = dot < 0 ? '' : name.slice(dot + 1)
  const read = Object.hasOwn(named, name) ? named[name] : undefined
  if (read) return { name, source, key, read }
  return Object.hasOwn(open, source) && key !== ''
    ? { name, source, key, read: open[source]?.(key) as Read }
    : undefined
}
