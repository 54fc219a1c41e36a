import type { Airing, Statement } from 'prepaint/engine'
import type { TvFeed } from '../feed.ts'
import type { OnTvFinding } from '../finding.ts'
import type { Piece } from '../pieces.ts'
import { createSequence, type Sequence } from '../sequence.ts'
import { createTellOnce } from '../tell-once.ts'
import { createZones, type Zone } from '../zone.ts'
import { type ChannelElement, type ProgrammeElement, readElements, type XmltvElement } from './elements.ts'
import { readStamp } from './stamp.ts'

/** Dependencies of reading a listing. */
export interface XmltvOptions {
  feeds: readonly TvFeed[]
  /** Zone of channels that no feed has, if they are to be read all the same, under their own ids. */
  anyZone?: string
  /** The present, in ms since 1970: what lies far from it is left out. */
  nowMs: number
  onFinding: OnTvFinding
}

interface Listing {
  feed: TvFeed
  zone: Zone
  sequence: Sequence<Airing>
}

/** Display names of a channel that repeats another, such as `ITV2 +1`. */
const SHIFTED = /\+\s?[1-9]\b/

/** Feeds that are made of channels which no feed has. */
const MAX_ANY = 1_000

/** Finds listings by the ids of their channels. */
function createListings({ feeds, anyZone, nowMs, onFinding }: XmltvOptions) {
  const zones = createZones()
  const listings = new Map<string, Listing[]>()

  function add(feed: TvFeed): void {
    const zone = zones(feed.zone)
    if (!zone)
      return onFinding({ code: 'tv_zone', feed: feed.name, message: `has the zone ${feed.zone}, which is none` })
    const sequence = createSequence<Airing>({ feed: feed.name, nowMs, onFinding, isUnbroken: true })
    const listing = { feed, zone, sequence }
    for (const id of feed.xmltv) listings.set(id, [...(listings.get(id) ?? []), listing])
  }

  for (const feed of feeds) add(feed)
  return {
    of(id: string): readonly Listing[] | undefined {
      if (anyZone !== undefined && !listings.has(id) && listings.size < MAX_ANY)
        add({ name: id, zone: anyZone, xmltv: [id] })
      return listings.get(id)
    },
    all: () => new Set([...listings.values()].flat()),
  }
}

/** A programme's id: of an episode's id that of its series (`EP02420905.0022`), else the title. */
function programmeOf({ tmsId, title }: ProgrammeElement): string {
  return /^[A-Z]{2}\d{6,}/.exec(tmsId)?.[0] ?? title
}

function airingOf(element: ProgrammeElement, fromMs: number, toMs: number): Airing {
  const genres = [...new Set(element.genres.map((genre) => genre.toLowerCase()).filter((genre) => genre !== ''))]
  const { title } = element
  return { programme: programmeOf(element), title, ...(genres.length > 0 ? { genres } : {}), fromMs, toMs }
}

/**
 * Reads an XMLTV listing: all that it says of each feed, in statements of at most 500 programmes whose ranges abut. A programme without a
 * stop ends with the next one's start, and a time without a zone is of the feed's zone.
 * @throws TvInputError for a document that cannot be read to its end, behind the statements of what was read
 */
export async function* readXmltv(chunks: AsyncIterable<string>, options: XmltvOptions): AsyncGenerator<Statement> {
  const { onFinding } = options
  const listings = createListings(options)
  const tellOnce = createTellOnce(onFinding)
  /** Programmes and channels that are of no feed. */
  const listingsFor = (id: string, line: number): readonly Listing[] => {
    const known = listings.of(id)
    if (!known) tellOnce('tv_unknown_feed', id.slice(0, 100), line, 'is the channel of no feed: it was left out')
    return known ?? []
  }

  function lookAtChannel({ id, displayNames, line }: ChannelElement): void {
    const shifted = displayNames.find((name) => SHIFTED.test(name))
    for (const { feed } of listingsFor(id, line)) {
      if (shifted !== undefined && feed.of === undefined)
        tellOnce(
          'xmltv_display_shift',
          feed.name,
          line,
          `is called ${shifted}: a feed that repeats another needs no listing`,
        )
    }
  }

  function instantOf(text: string, element: ProgrammeElement, { feed, zone }: Listing): number | undefined {
    const stamp = readStamp(text, zone)
    const { name } = feed
    const { line } = element
    if (!stamp) {
      onFinding({ code: 'tv_time', line, feed: name, message: `has the time ${text.slice(0, 40)}, which is none` })
      return undefined
    }
    if (stamp.zone === 'none') tellOnce('xmltv_no_zone', name, line, `has times without a zone: ${feed.zone} is taken`)
    if (stamp.zone === 'named')
      tellOnce('xmltv_zone_name', name, line, `has a zone's name in ${text.slice(0, 40)}: ${feed.zone} is taken`)
    if (stamp.kind === 'skipped')
      onFinding({ code: 'tv_time_skipped', line, feed: name, message: `has the time ${text}, which clocks skip` })
    if (stamp.kind === 'twice')
      onFinding({
        code: 'tv_time_twice',
        line,
        feed: name,
        message: `has the time ${text}, which comes twice: the first`,
      })
    return stamp.ms
  }

  function add(element: ProgrammeElement, listing: Listing): Piece<Airing>[] {
    const { line, start = '', stop, title } = element
    const { feed, sequence } = listing
    if (feed.of !== undefined)
      tellOnce('tv_derived_feed', feed.name, line, `follows from ${feed.of}: a listing of its own is not needed`)
    const fromMs = instantOf(start, element, listing)
    const toMs = stop === undefined ? NaN : instantOf(stop, element, listing)
    if (fromMs === undefined || toMs === undefined) return []
    if (title === '') {
      onFinding({ code: 'xmltv_no_title', line, feed: feed.name, message: 'has no title' })
      return []
    }
    if (stop === undefined) tellOnce('xmltv_no_stop', feed.name, line, "has no stop: it ends with the next one's start")
    return sequence.add({ item: airingOf(element, fromMs, toMs), fromMs, line, identity: `${title}\n${toMs}` })
  }

  const statementOf =
    (feed: string) =>
    ({ items, range }: Piece<Airing>): Statement => ({
      ...{ feed, source: 'schedule' },
      ...(range ? { range } : {}),
      airings: items,
    })

  function statementsOf(element: XmltvElement): Statement[] {
    if ('channel' in element) {
      lookAtChannel(element.channel)
      return []
    }
    const { channel, line } = element.programme
    return listingsFor(channel, line).flatMap((listing) =>
      add(element.programme, listing).map(statementOf(listing.feed.name)),
    )
  }

  let failure: unknown
  try {
    for await (const element of readElements(chunks, onFinding)) yield* statementsOf(element)
  } catch (error) {
    failure = error
  }
  for (const { feed, sequence } of listings.all()) yield* sequence.end().map(statementOf(feed.name))
  if (failure !== undefined) throw failure
}
