import { createOccurrences, insert, keysOf, type Occurrence, type Occurrences, remove } from './occurrence.ts'

const NOTHING = createOccurrences()

/** Occurrences by what they are. */
export interface OccurrenceIndex {
  /** Returns those under a key: `spot:…`, `brand:…`, `product:…`, `programme:…`, `genre:…`. */
  of(key: string): Occurrences
  /** Adds one to its feed's list and under its keys. */
  take(list: Occurrences, item: Occurrence): void
  /** Takes one out. */
  drop(list: Occurrences, item: Occurrence): void
  /** Number of occurrences. */
  size(): number
}

/** Begins without any. */
export function createOccurrenceIndex(): OccurrenceIndex {
  const byKey = new Map<string, Occurrences>()
  let size = 0
  return {
    of: (key) => byKey.get(key) ?? NOTHING,
    size: () => size,
    take(list, item) {
      size++
      insert(list, item)
      for (const key of keysOf(item)) {
        const named = byKey.get(key) ?? createOccurrences()
        byKey.set(key, named)
        insert(named, item)
      }
    },
    drop(list, item) {
      size--
      remove(list, item)
      for (const key of keysOf(item)) {
        const named = byKey.get(key) as Occurrences
        remove(named, item)
        if (named.items.length === 0) byKey.delete(key)
      }
    },
  }
}
