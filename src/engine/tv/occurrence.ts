import type { Airing, Break, SpotAiring } from './statement.ts'

/** Something that is on a feed for a time: a programme, a break or a commercial. */
export interface Occurrence extends Partial<Pick<Airing, 'programme' | 'title' | 'genres'>> {
  /** The feed's name. */
  feed: string
  /** Start, in ms since 1970 by the broadcaster's clock. */
  fromMs: number
  /** First instant at which it is over. */
  toMs: number
  /** The commercial. */
  spot?: string
  /** The brand, where the source names it. */
  brand?: string
  /** The product, where the source names it. */
  product?: string
  /** Areas that it is limited to. */
  areas?: readonly string[]
  /** True for one that does not air: it stays, so that a weaker source cannot bring it back. */
  isCancelled?: boolean
  /** Rank of its source. */
  rank: number
  /** Revision with which it came. */
  revision: number
  /** Number of its statement in that revision. */
  part: number
}

/** Occurrences in the order of their starts. */
export interface Occurrences {
  /** In order. */
  items: Occurrence[]
  /** The longest that one of them has ever lasted, in ms: no earlier start can matter now. */
  longestMs: number
}

/** Makes an empty list. */
export function createOccurrences(): Occurrences {
  return { items: [], longestMs: 0 }
}

/** Returns the place of the first that begins at `fromMs` or later. */
export function placeOf({ items }: Occurrences, fromMs: number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((items[middle] as Occurrence).fromMs < fromMs) low = middle + 1
    else high = middle
  }
  return low
}

/** Adds one in its place. */
export function insert(list: Occurrences, item: Occurrence): void {
  list.longestMs = Math.max(list.longestMs, item.toMs - item.fromMs)
  const last = list.items.at(-1)
  // What comes in order, as most does, moves nothing.
  if (!last || last.fromMs <= item.fromMs) list.items.push(item)
  else list.items.splice(placeOf(list, item.fromMs + 1), 0, item)
}

/** Takes one out. */
export function remove(list: Occurrences, item: Occurrence): void {
  const index = list.items.indexOf(item, placeOf(list, item.fromMs))
  if (index >= 0) list.items.splice(index, 1)
}

/** Keeps those that pass the test. */
export function keepOnly(list: Occurrences, isKept: (item: Occurrence) => boolean): void {
  list.items = list.items.filter(isKept)
  list.longestMs = list.items.reduce((longest, { fromMs, toMs }) => Math.max(longest, toMs - fromMs), 0)
}

/** Returns those that begin in a time. */
export function startingIn(list: Occurrences, fromMs: number, toMs: number): Occurrence[] {
  return list.items.slice(placeOf(list, fromMs), placeOf(list, toMs))
}

/** Names of the lists in which something is looked up. */
export function keysOf({ spot, brand, product, programme, genres = [] }: Occurrence): string[] {
  const named = [
    ['spot', spot],
    ['brand', brand],
    ['product', product],
    ['programme', programme],
    ...genres.map((genre) => ['genre', genre]),
  ] as const
  return named.flatMap(([kind, name]) => (name === undefined ? [] : `${kind as string}:${name}`))
}

/** Makes an occurrence of what a source says. */
export function occurrenceOf(
  feed: string,
  item: Airing | Break | SpotAiring,
  at: Pick<Occurrence, 'rank' | 'revision' | 'part'>,
): Occurrence {
  return { ...item, feed, ...at }
}
