import type { GeoFacts } from '../context.ts'
import type { Feed, TvModel } from './model.ts'
import type { Occurrence } from './occurrence.ts'

/** Feeds that somebody can get, as far as a place says it. */
export interface Reach {
  /**
   * Times by which something of a feed comes later than it was broadcast, in ms: the delay of its slowest path, and the same for each feed that
   * repeats it. Empty if nobody here gets it.
   */
  lateMs(occurrence: Occurrence): readonly number[]
  /** Times by which a feed that repeats another comes later, delivery apart. */
  shiftsMs(occurrence: Occurrence): readonly number[]
  /** The longest of them. */
  mostMs: number
  /** The delay of the slowest path, in ms. */
  delayMs: number
  /** Zone of the first feed; undefined if there is none. */
  zone: string | undefined
}

/** Finds what a place can get. */
export type ReachOf = (geo: GeoFacts | undefined) => Reach

const NEVER: readonly number[] = []

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

interface Lateness {
  shiftsMs: number[]
  lateMs: number[]
}

function reachFrom({ feeds }: TvModel, areas: ReadonlySet<string>): Reach {
  const got = Object.entries(feeds).filter(([, feed]) => feed.areas.some((area) => areas.has(area)))
  const byFeed = new Map<string, Lateness>()
  for (const [name, feed] of got) {
    const origin = feed.of ?? name
    const lateness = byFeed.get(origin) ?? { shiftsMs: [], lateMs: [] }
    const shiftMs = feed.shiftMs ?? 0
    byFeed.set(origin, {
      shiftsMs: [...lateness.shiftsMs, shiftMs],
      lateMs: [...lateness.lateMs, shiftMs + slowestMs(feed)],
    })
    // A feed that repeats another may have spots of its own.
    if (feed.of !== undefined && !byFeed.has(name)) byFeed.set(name, { shiftsMs: [0], lateMs: [slowestMs(feed)] })
  }
  const isHere = ({ areas: limits }: Occurrence): boolean => !limits || limits.some((area) => areas.has(area))
  const of = (occurrence: Occurrence): Lateness | undefined => {
    const lateness = byFeed.get(occurrence.feed)
    return lateness && isHere(occurrence) ? lateness : undefined
  }
  return {
    lateMs: (occurrence) => of(occurrence)?.lateMs ?? NEVER,
    shiftsMs: (occurrence) => of(occurrence)?.shiftsMs ?? NEVER,
    mostMs: Math.max(0, ...[...byFeed.values()].flatMap(({ lateMs }) => lateMs)),
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
