import { fileURLToPath } from 'node:url'
import type { Airing, Break, Statement } from 'prepaint/engine'
import { createRandom } from '../random.ts'
import { breaksOf } from './breaks.ts'
import { readListing } from './listing.ts'
import { readOrders } from './orders.ts'
import { type Aired, fillBreaks } from './spots.ts'

/** A channel of the set: a feed of the catalog, and the station whose orders it has, if it has commercials. */
interface ChannelSource {
  feed: string
  name: string
  xmltv: string
  station?: string
}

const CHANNELS: readonly ChannelSource[] = [
  { feed: 'bbc1', name: 'BBC One', xmltv: 'UK_RT_2667' },
  { feed: 'bbc2', name: 'BBC Two', xmltv: 'UK_RT_105' },
  { feed: 'itv', name: 'ITV', xmltv: 'UK_RT_2118', station: 'KIMT' },
  { feed: 'channel4', name: 'Channel 4', xmltv: 'UK_RT_2056', station: 'KKTV' },
  { feed: 'channel5', name: 'Channel 5', xmltv: 'UK_RT_134', station: 'WRDW-TV' },
]

/** Programmes, breaks and commercials of a channel on that day. */
export interface Channel {
  feed: string
  name: string
  airings: Airing[]
  breaks: Break[]
  spots: Aired[]
}

/** Thursday 26 November 2015, as television counts days: from six to six. Britain was at UTC. */
export const DAY = { fromMs: Date.UTC(2015, 10, 26, 6), toMs: Date.UTC(2015, 10, 27, 6) }

/** Seed of the day that everybody sees. */
export const DAY_SEED = 26

/** Begin of the replay, in ms since 1970: shortly before peak time. */
export const START_MS = Date.UTC(2015, 10, 26, 18, 58)

const FILE = fileURLToPath(new URL('data/uk-2015-11-xmltv-facts.xml', import.meta.url))

/** Reads the day of all five channels; the same seed derives the same breaks and commercials. */
export async function readDay(seed: number): Promise<Channel[]> {
  const feeds = CHANNELS.map(({ feed, xmltv }) => ({ name: feed, zone: 'Europe/London', xmltv: [xmltv] }))
  const statements = await readListing(FILE, feeds, DAY.fromMs)
  const orders = readOrders()
  const chance = createRandom(seed)
  return CHANNELS.map(({ feed, name, station }) => {
    const airings = statements
      .filter((statement) => statement.feed === feed)
      .flatMap((statement) => statement.airings ?? [])
      .filter(({ fromMs, toMs }) => toMs > DAY.fromMs && fromMs < DAY.toMs)
    const breaks = station === undefined ? [] : airings.flatMap((airing) => breaksOf(airing, chance))
    const own = orders.filter((order) => order.station === station)
    return { feed, name, airings, breaks, spots: fillBreaks(breaks, own, chance) }
  })
}

/** Returns the statements by which the service learns of the day: all that there is of each feed in that time. */
export function statementsOf(channels: readonly Channel[]): Statement[] {
  return channels.map(({ feed, airings, breaks, spots }) => ({
    ...{ feed, source: 'schedule', range: DAY, airings, breaks },
    spots: spots.map(({ spot, fromMs, toMs, brand, product }) => ({ spot, fromMs, toMs, brand, product })),
  }))
}
