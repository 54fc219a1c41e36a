/** Something with a start and an end. */
export interface Span {
  fromMs: number
  toMs: number
}

/** Items of one statement, and the time of which they are all; without a time, they add to what the statements before say. */
export interface Piece<Item> {
  items: Item[]
  range?: Span
}

/** Items of one statement at most. */
export const MAX_PIECE_ITEMS = 500

/** Items from which on a piece ends where nothing runs across its end. */
const ENOUGH_ITEMS = 400

/** Cuts items, which come in the order of their starts, into pieces whose ranges abut. */
export interface Pieces<Item> {
  /** Adds an item; returns the pieces that end before it. */
  add(item: Item): Piece<Item>[]
  /** Returns the last pieces. */
  end(): Piece<Item>[]
}

/**
 * Makes what cuts. `bounds` is the range of all of them together; without it, it goes from the first start to the last end. Items with one
 * start stay together, as a range takes back what was said of its first instant: if they are too many, the rest follows without a range.
 */
export function createPieces<Item extends Span>(bounds?: Span): Pieces<Item> {
  let items: Item[] = []
  let fromMs = bounds?.fromMs
  let toMs = -Infinity
  /** Start of which more items have come than a piece may have. */
  let crowdedMs: number | undefined

  function cut(endMs: number, count = items.length): Piece<Item> {
    const piece = { items: items.slice(0, count), range: { fromMs: fromMs as number, toMs: endMs } }
    items = items.slice(count)
    fromMs = endMs
    return piece
  }

  /** Takes what is there of a crowded start. */
  const rest = (): Piece<Item> => ({ items: items.splice(0) })

  /** Makes room for one more with the start of those before. */
  function cutBefore(startMs: number): Piece<Item>[] {
    const count = items.findIndex((item) => item.fromMs === startMs)
    if (count > 0) return [cut(startMs, count)]
    crowdedMs = startMs
    return [cut(startMs + 1)]
  }

  function makeRoom({ fromMs: startMs }: Item): Piece<Item>[] {
    const isFull = items.length >= MAX_PIECE_ITEMS
    if (crowdedMs !== undefined) {
      const isOver = startMs !== crowdedMs
      if (isOver) crowdedMs = undefined
      return isOver || isFull ? [rest()] : []
    }
    if (items.at(-1)?.fromMs === startMs) return isFull ? cutBefore(startMs) : []
    const isWhole = items.length >= ENOUGH_ITEMS && toMs <= startMs
    return isFull || isWhole ? [cut(startMs)] : []
  }

  return {
    add(item) {
      fromMs ??= item.fromMs
      const pieces = makeRoom(item)
      items.push(item)
      toMs = Math.max(toMs, item.toMs)
      return pieces
    },
    end() {
      const pieces = crowdedMs === undefined ? [] : [rest()]
      const endMs = Math.max(bounds?.toMs ?? -Infinity, toMs)
      return fromMs === undefined || endMs <= fromMs ? pieces : [...pieces, cut(endMs)]
    },
  }
}
