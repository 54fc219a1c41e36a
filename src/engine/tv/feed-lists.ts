import { createOccurrences, type Occurrence, type Occurrences } from './occurrence.ts'
import { type Statement, TV_SOURCES } from './statement.ts'

/** Kinds of occurrences that a statement may list. */
export const LIST_NAMES = ['airings', 'breaks', 'spots'] as const

/** A kind of occurrences. */
export type ListName = (typeof LIST_NAMES)[number]

/** A time of which a source has said all. */
export interface Said {
  rank: number
  fromMs: number
  toMs: number
}

/** Occurrences of one kind, and the times of which all is said. */
export interface FeedList extends Occurrences {
  said: Said[]
}

/** Occurrences of a feed. */
export type FeedLists = { [Name in ListName]: FeedList }

/** Begins without any. */
export function createFeedLists(): FeedLists {
  const list = (): FeedList => ({ ...createOccurrences(), said: [] })
  return { airings: list(), breaks: list(), spots: list() }
}

/** Notes that all is said of a time; what said less of it counts no more. */
export function noteSaid(list: FeedList, said: Said): void {
  // A schedule has no source below it that could contradict.
  if (said.rank === 0) return
  const isWithin = ({ rank, fromMs, toMs }: Said): boolean =>
    rank <= said.rank && fromMs >= said.fromMs && toMs <= said.toMs
  list.said = [...list.said.filter((before) => !isWithin(before)), said]
}

/** Returns true if a stronger source has said all of the time in which something begins. */
export function isContradicted({ said }: FeedList, item: Occurrence): boolean {
  return said.some(({ rank, fromMs, toMs }) => rank > item.rank && fromMs <= item.fromMs && item.fromMs < toMs)
}

/** Items of one statement: of more the sort and the JSON would take longer than a turn should. */
const ITEMS_A_STATEMENT = 500

/** Returns statements that say what a feed's lists hold: the strongest source last, so that none is contradicted. */
function* statementsOf(feed: string, lists: FeedLists): Iterable<Statement> {
  for (const [rank, source] of TV_SOURCES.entries()) {
    for (const kind of LIST_NAMES) {
      const { items, said } = lists[kind]
      const own = items.filter((item) => item.rank === rank)
      for (const { fromMs, toMs } of said.filter((each) => each.rank === rank))
        yield { feed, source, range: { fromMs, toMs }, [kind]: [] }
      for (let from = 0; from < own.length; from += ITEMS_A_STATEMENT)
        yield { feed, source, [kind]: own.slice(from, from + ITEMS_A_STATEMENT).map(itemOf) }
    }
  }
}

/** Copies a list. What is said is never changed in its place. */
const copyOf = (list: FeedList): FeedList => ({ ...list, items: list.items.slice() })

function* statementsOfEach(feeds: readonly (readonly [string, FeedLists])[]): Iterable<Statement> {
  for (const [feed, lists] of feeds) yield* statementsOf(feed, lists)
}

/** Returns statements that make these lists as they are now; they are made, feed by feed, while they are gone through. */
export function statementsOfAll(feeds: ReadonlyMap<string, FeedLists>): Iterable<Statement> {
  const copies = [...feeds].map(([feed, { airings, breaks, spots }]) => {
    const lists = { airings: copyOf(airings), breaks: copyOf(breaks), spots: copyOf(spots) }
    return [feed, lists] as const
  })
  return statementsOfEach(copies)
}

/** Returns what a source said. */
function itemOf(occurrence: Occurrence): object {
  const own: readonly string[] = ['feed', 'rank', 'revision', 'part']
  return Object.fromEntries(Object.entries(occurrence).filter(([field]) => !own.includes(field)))
}
