/** Something with a start. */
interface Started {
  fromMs: number
}

/** Items that are held back, so that those which come somewhat late find their place. */
const MAX_HELD = 256

/** Puts items in the order of their starts, within bounded memory. */
export interface InOrder<Item> {
  /** Adds an item; returns those whose turn has come. `isLate` if later ones have been returned already: it is not kept. */
  add(item: Item): { items: Item[]; isLate: boolean }
  /** The items that are left. */
  rest(): Item[]
}

/** Makes what puts items in order. */
export function createInOrder<Item extends Started>(): InOrder<Item> {
  let held: Item[] = []
  let passedMs = -Infinity
  return {
    add(item) {
      if (item.fromMs < passedMs) return { items: [], isLate: true }
      let at = held.length
      while (at > 0 && (held[at - 1] as Item).fromMs > item.fromMs) at--
      if (at === held.length) held.push(item)
      else held.splice(at, 0, item)
      if (held.length < 2 * MAX_HELD) return { items: [], isLate: false }
      const items = held.slice(0, MAX_HELD)
      held = held.slice(MAX_HELD)
      passedMs = (items.at(-1) as Item).fromMs
      return { items, isLate: false }
    },
    rest() {
      const items = held
      held = []
      return items
    },
  }
}
