import {
  createFeedLists,
  type FeedList,
  type FeedLists,
  isContradicted,
  LIST_NAMES,
  type ListName,
  noteSaid,
  type Said,
  statementsOfAll,
} from './feed-lists.ts'
import { createOccurrences, type Occurrence, occurrenceOf, type Occurrences, startingIn } from './occurrence.ts'
import { createOccurrenceIndex } from './occurrence-index.ts'
import { type Statement, TV_SOURCES, type TvSwitch } from './statement.ts'

/** Distance within which two sources speak of the same airing of a spot, in ms. */
const SAME_AIRING_MS = 90_000

/** Time for which past airings are kept, in ms: conditions look back a day at most, and as-run logs come the next day. */
const KEEP_MS = 26 * 3_600_000

/** Furthest time that is kept, in ms ahead: schedules are published for two weeks. */
const AHEAD_MS = 16 * 86_400_000

const NOTHING = createOccurrences()

/** Airings as they are known. Reading changes nothing. */
export interface Airings {
  /** Occurrences by what they are: `spot:…`, `brand:…`, `product:…`, `programme:…`, `genre:…`. */
  of(key: string): Occurrences
  /** Programmes of a feed. */
  airingsOf(feed: string): Occurrences
  /** Breaks of a feed. */
  breaksOf(feed: string): Occurrences
  /** True for what does not count: it is cancelled, or switched off; by a feed that is switched off nothing comes, which is {@link isFeedOff}. */
  isOff(occurrence: Occurrence): boolean
  /** True for a spot of the catalog that is switched off, under whatever number it airs. */
  isSpotOff(name: string): boolean
  /** True for a feed that is switched off. */
  isFeedOff(feed: string): boolean
  /** Grows with each change. */
  revision(): number
}

/** The airings of a site, made of statements in the order of the log. */
export interface Timeline extends Airings {
  /** Takes what a source says, under a revision that grows; several statements of one revision have numbers. */
  state(statement: Statement, revision: number, part?: number): void
  /** Switches something off or on. */
  switch(order: TvSwitch, revision: number): void
  /** Notes a revision under which nothing was said. */
  revise(revision: number): void
  /** Forgets what is long over, and what is further ahead than schedules reach. */
  prune(nowMs: number): void
  /** Returns statements and switches that make the timeline as it is now, under one revision; the statements are made while they are gone through. */
  snapshot(): { statements: Iterable<Statement>; switches: TvSwitch[] }
  /** Number of occurrences. */
  size(): number
}

function nameOf({ scope, name = '' }: Pick<TvSwitch, 'scope' | 'name'>): string {
  return `${scope}:${name}`
}

/** Returns those of another statement that are the same thing: one statement that says a thing twice means it twice. */
function sameAs(list: FeedList, kind: ListName, item: Occurrence): Occurrence[] {
  const isOther = ({ revision, part }: Occurrence): boolean => revision !== item.revision || part !== item.part
  if (kind === 'spots')
    return startingIn(list, item.fromMs - SAME_AIRING_MS, item.fromMs + SAME_AIRING_MS + 1).filter(
      (other) => isOther(other) && other.spot === item.spot,
    )
  return startingIn(list, item.fromMs - list.longestMs, item.toMs).filter(
    (other) => isOther(other) && other.toMs > item.fromMs,
  )
}

/** Returns true if one thing is wherever the other is. */
function covers(one: Occurrence, other: Occurrence): boolean {
  return !one.areas || (other.areas !== undefined && other.areas.every((area) => one.areas?.includes(area)))
}

/**
 * Begins a timeline of which nothing is known.
 * @example
 * ```ts
 * const tv = createTimeline()
 * const fromMs = Date.now()
 * tv.state({ feed: 'itv', source: 'cue', spots: [{ spot: 'roses-30', fromMs, toMs: fromMs + 30_000 }] }, 1)
 * decide(compiled, { page, nowMs: fromMs + 60_000, tv })
 * ```
 */
export function createTimeline(): Timeline {
  const feeds = new Map<string, FeedLists>()
  const index = createOccurrenceIndex()
  const off = new Map<string, TvSwitch>()
  let revision = 0

  function listsOf(feed: string): FeedLists {
    const lists = feeds.get(feed) ?? createFeedLists()
    feeds.set(feed, lists)
    return lists
  }

  /** Adds something in the place of what was said before; or not at all, if a stronger source has spoken. */
  function add(list: FeedList, kind: ListName, item: Occurrence, range: Statement['range']): void {
    if (isContradicted(list, item)) return
    const same = sameAs(list, kind, item)
    if (same.some((other) => other.rank > item.rank && covers(other, item))) return
    // What is said of a region leaves the rest as it is, and who says all spots of a time leaves those that the same source has beside it.
    const isOfAll = kind === 'spots' && range !== undefined && range.fromMs <= item.fromMs && item.fromMs < range.toMs
    const isReplaced = (other: Occurrence): boolean =>
      (isOfAll ? other.rank < item.rank : other.rank <= item.rank) && covers(item, other)
    for (const other of same.filter(isReplaced)) index.drop(list, other)
    index.take(list, item)
  }

  type At = Pick<Occurrence, 'revision' | 'part'>

  function stateKind({ feed, source, range, ...said }: Statement, kind: ListName, at: At): void {
    const list = listsOf(feed)[kind]
    const rank = TV_SOURCES.indexOf(source)
    if (range) {
      const before = startingIn(list, range.fromMs, range.toMs).filter((item) => item.rank <= rank)
      for (const item of before) index.drop(list, item)
      noteSaid(list, { rank, ...range })
    }
    for (const item of said[kind] ?? []) add(list, kind, occurrenceOf(feed, item, { rank, ...at }), range)
  }

  return {
    of: index.of,
    size: index.size,
    airingsOf: (feed) => feeds.get(feed)?.airings ?? NOTHING,
    breaksOf: (feed) => feeds.get(feed)?.breaks ?? NOTHING,
    isOff: ({ spot = '', isCancelled }) =>
      isCancelled === true || (off.size > 0 && (off.has('all:') || off.has(`spot:${spot}`))),
    isSpotOff: (name) => off.size > 0 && off.has(`spot:${name}`),
    isFeedOff: (feed) => off.size > 0 && off.has(`feed:${feed}`),
    revision: () => revision,
    state(statement, at, part = 0) {
      revision = at
      for (const kind of LIST_NAMES) if (statement[kind]) stateKind(statement, kind, { revision: at, part })
    },
    revise(at) {
      revision = at
    },
    switch(order, at) {
      revision = at
      if (order.isOff) off.set(nameOf(order), order)
      else off.delete(nameOf(order))
    },
    prune(nowMs) {
      const isKept = ({ fromMs, toMs }: Said | Occurrence): boolean =>
        toMs > nowMs - KEEP_MS && fromMs < nowMs + AHEAD_MS
      for (const list of [...feeds.values()].flatMap((lists) => Object.values(lists))) {
        index.keep(list, isKept)
        list.said = list.said.filter(isKept)
      }
    },
    snapshot: () => ({ statements: statementsOfAll(feeds), switches: [...off.values()] }),
  }
}
