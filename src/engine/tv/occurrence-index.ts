import { createOccurrences, insert, keepOnly, keysOf, type Occurrence, type Occurrences, remove } from './occurrence.ts'

const NOTHING = createOccurrences()

/** Occurrences by what they are. */
export interface OccurrenceIndex {
  /** Returns those under a key: `spot:…`, `brand:…`, `product:…`, `programme:…`, `genre:…`. */
  of(key: string): Occurrences
  /** Adds one to its feed's list and under its keys. */
  take(list: Occurrences, item: Occurrence): void
  /** Takes one out. */
  drop(list: Occurrences, item: Occurrence): void
  /** Keeps of a feed's list those that pass the test: in one go, since each that is taken out alone moves all behind it. */
  keep(list: Occurrences, isKept: (item: Occurrence) => boolean): void
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
    keep(list, isKept) {
      const gone = new Set(list.items.filter((item) => !isKept(item)))
      if (gone.size === 0) return
      size -= gone.size
      const keys = new Set([...gone].flatMap(keysOf))
      keepOnly(list, (item) => !gone.has(item))
      for (const key of keys) {
        const named = byKey.get(key) as Occurrences
        keepOnly(named, (item) => !gone.has(item))
        if (named.items.length === 0) byKey.delete(key)
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
