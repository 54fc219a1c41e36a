/** Something with a start and an end. */
export interface Span {
  fromMs: number
  toMs: number
}

/** Items of one statement, and the time of which they are all. */
export interface Piece<Item> {
  items: Item[]
  range: Span
}

/** Items of one statement at most. */
export const MAX_PIECE_ITEMS = 500

/** Items from which on a piece ends where nothing runs across its end. */
const ENOUGH_ITEMS = 400

/** Cuts items, which come in the order of their starts, into pieces whose ranges abut. */
export interface Pieces<Item> {
  /** Adds an item; returns the piece that ends before it. */
  add(item: Item): Piece<Item> | undefined
  /** The last piece. */
  end(): Piece<Item> | undefined
}

/** Makes what cuts. `bounds` is the range of all of them together; without it, it goes from the first start to the last end. */
export function createPieces<Item extends Span>(bounds?: Span): Pieces<Item> {
  let items: Item[] = []
  let fromMs = bounds?.fromMs
  let toMs = -Infinity

  function cut(endMs: number): Piece<Item> {
    const piece = { items, range: { fromMs: fromMs as number, toMs: endMs } }
    items = []
    fromMs = endMs
    return piece
  }

  return {
    add(item) {
      fromMs ??= item.fromMs
      const isFull = items.length >= MAX_PIECE_ITEMS
      const isWhole = items.length >= ENOUGH_ITEMS && toMs <= item.fromMs
      const piece = isFull || isWhole ? cut(item.fromMs) : undefined
      items.push(item)
      toMs = Math.max(toMs, item.toMs)
      return piece
    },
    end() {
      const endMs = Math.max(bounds?.toMs ?? -Infinity, toMs)
      return fromMs === undefined || endMs <= fromMs ? undefined : cut(endMs)
    },
  }
}
