import type { GeoFacts } from '../context.ts'
import type { Feed, TvModel } from './model.ts'
import type { Occurrence } from './occurrence.ts'

/** A way by which something of a feed comes to a place: by the feed itself, or by one that repeats it. */
export interface Way {
  /** The feed that is watched. */
  feed: string
  /** Time by which it repeats another later, in ms. */
  shiftMs: number
  /** Time until it is in the home, in ms: the shift, and the delay of its slowest path. */
  lateMs: number
}

/** Feeds that somebody can get, as far as a place says it. */
export interface Reach {
  /** Returns the ways by which something comes here; none if nobody here gets it. */
  waysOf(occurrence: Pick<Occurrence, 'feed' | 'areas'>): readonly Way[]
  /** The longest that one of them takes, in ms. */
  mostMs: number
  /** The delay of the slowest path, in ms. */
  delayMs: number
  /** Zone of the first feed; undefined if there is none. */
  zone: string | undefined
}

/** Finds what a place can get. */
export type ReachOf = (geo: GeoFacts | undefined) => Reach

const NONE: readonly Way[] = []

/** Places that are remembered: a country has a few hundred regions at most. */
const MAX_PLACES = 1_000

function areasOf({ country, region }: GeoFacts): string[] {
  if (country === undefined) return []
  const state = region?.toUpperCase().replace(`${country}-`, '')
  return [`c/${country}`, ...(state === undefined ? [] : [`s/${country}-${state}`])]
}

function countryOf(area: string): string {
  return area.slice(2, 4)
}

/** Returns the one country in which all feeds are; undefined if they are in several. */
function homeOf(feeds: readonly Feed[]): string | undefined {
  const countries = new Set(feeds.flatMap(({ areas }) => areas.map(countryOf)))
  return countries.size === 1 ? [...countries][0] : undefined
}

function slowestMs({ delaysMs }: Feed): number {
  return Math.max(0, ...Object.values(delaysMs))
}

function reachFrom({ feeds }: TvModel, areas: ReadonlySet<string>): Reach {
  const got = Object.entries(feeds).filter(([, feed]) => feed.areas.some((area) => areas.has(area)))
  const byFeed = new Map<string, Way[]>()
  const add = (origin: string, way: Way): unknown => byFeed.set(origin, [...(byFeed.get(origin) ?? []), way])
  for (const [name, feed] of got) {
    const { of = name, shiftMs = 0 } = feed
    add(of, { feed: name, shiftMs, lateMs: shiftMs + slowestMs(feed) })
    // A feed that repeats another may have spots of its own.
    if (of !== name) add(name, { feed: name, shiftMs: 0, lateMs: slowestMs(feed) })
  }
  return {
    waysOf: ({ feed, areas: limits }) =>
      limits && !limits.some((area) => areas.has(area)) ? NONE : (byFeed.get(feed) ?? NONE),
    mostMs: Math.max(0, ...[...byFeed.values()].flat().map(({ lateMs }) => lateMs)),
    delayMs: Math.max(0, ...got.map(([, feed]) => slowestMs(feed))),
    zone: got[0]?.[1].zone,
  }
}

/**
 * Makes the look-up of feeds by place. If a place is not known, feeds for a whole country count, provided that all feeds are in one country;
 * what is limited to a region does not.
 */
export function createReachOf(model: TvModel): ReachOf {
  const known = new Map<string, Reach>()
  const home = homeOf(Object.values(model.feeds))
  return (geo) => {
    const country = geo?.country ?? home
    const key = `${country ?? ''}|${geo?.region ?? ''}`
    const before = known.get(key)
    if (before) return before
    const place = country === undefined ? {} : { ...geo, country }
    const reach = reachFrom(model, new Set(areasOf(place)))
    if (known.size >= MAX_PLACES) known.clear()
    known.set(key, reach)
    return reach
  }
}
