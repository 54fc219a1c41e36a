import {
  type Airings,
  type Feed,
  type Occurrence,
  type Reach,
  TV_SOURCES,
  type TvModel,
  type TvSource,
} from 'prepaint/engine'

/** Something on a feed, as homes have it. */
export interface OnAirItem {
  /** Title of a programme, or the name of a spot. */
  name: string
  /** Start in the slowest homes, in ms since 1970. */
  fromMs: number
  /** First instant at which it is over there. */
  toMs: number
  source: TvSource
}

/** A feed as somebody gets it: programme, break and commercial that are on, and those that come next. */
export interface OnAir {
  feed: string
  channel: string
  zone: string
  /** Time by which homes have it later than the broadcaster's clock, in ms: that of the slowest path, and the shift of a feed that repeats another. */
  lateMs: number
  programme?: OnAirItem
  nextProgramme?: OnAirItem
  /** End of the break that is on, in ms since 1970. */
  breakUntilMs?: number
  /** The catalog's spot that is on. */
  spot?: OnAirItem
  /** The catalog's spots that come next. */
  nextSpots: OnAirItem[]
}

/** Spots that are told ahead. */
const AHEAD = 3

function slowestMs({ delaysMs }: Feed): number {
  return Math.max(0, ...Object.values(delaysMs))
}

function isGot(name: string, feed: Feed, reach: Reach): boolean {
  return reach.waysOf({ feed: name }).some((way) => way.feed === name)
}

/** Airings of the catalog's spots on some feeds, in order. */
function spotsOn(feeds: readonly string[], { spots }: TvModel, airings: Airings): (Occurrence & { name: string })[] {
  return Object.entries(spots)
    .flatMap(([name, { ids = [] }]) =>
      [name, ...ids].flatMap((id) => airings.of(`spot:${id}`).items.map((item) => ({ ...item, name }))),
    )
    .filter((item) => feeds.includes(item.feed) && !airings.isOff(item))
    .sort((one, other) => one.fromMs - other.fromMs)
}

/** Tells what is on each feed that a place gets. */
export function onAir(model: TvModel, airings: Airings, reach: Reach, nowMs: number): OnAir[] {
  const got = Object.entries(model.feeds).filter(([name, feed]) => isGot(name, feed, reach))
  return got.map(([name, feed]) => {
    const { channel, zone, of, shiftMs = 0 } = feed
    const lateMs = shiftMs + slowestMs(feed)
    const seenMs = nowMs - lateMs
    const isOn = ({ fromMs, toMs }: Occurrence): boolean => fromMs <= seenMs && seenMs < toMs
    const itemOf = (item: Occurrence, title: string): OnAirItem => ({
      name: title,
      fromMs: item.fromMs + lateMs,
      toMs: item.toMs + lateMs,
      source: TV_SOURCES[item.rank] as TvSource,
    })
    const feeds = of === undefined ? [name] : [of, name]
    const programmes = airings.airingsOf(of ?? name).items.filter((item) => item.toMs > seenMs && !airings.isOff(item))
    const [first, second] = programmes
    const isFirstOn = first !== undefined && isOn(first)
    const next = isFirstOn ? second : first
    const pause = airings.breaksOf(of ?? name).items.find(isOn)
    const spots = spotsOn(feeds, model, airings)
    const spot = spots.find(isOn)
    return {
      ...{ feed: name, channel, zone, lateMs },
      ...(isFirstOn ? { programme: itemOf(first, first.title ?? '') } : {}),
      ...(next ? { nextProgramme: itemOf(next, next.title ?? '') } : {}),
      ...(pause ? { breakUntilMs: pause.toMs + lateMs } : {}),
      ...(spot ? { spot: itemOf(spot, spot.name) } : {}),
      nextSpots: spots
        .filter(({ fromMs }) => fromMs > seenMs)
        .slice(0, AHEAD)
        .map((item) => itemOf(item, item.name)),
    }
  })
}
