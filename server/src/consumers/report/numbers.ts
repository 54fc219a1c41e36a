/** Numbers of names, from 0 on, in the order in which they were given. */
export interface Numbers {
  /** Returns the number of some names together; a new one if there is none. */
  of(...names: string[]): number
  /** Returns their number; undefined if there is none. */
  find(...names: string[]): number | undefined
}

/** Begins without any. */
export function createNumbers(): Numbers {
  const numbers = new Map<string, number>()
  const keyOf = (names: readonly string[]): string =>
    names.length === 1 ? (names[0] as string) : JSON.stringify(names)
  return {
    of(...names) {
      const key = keyOf(names)
      const number = numbers.get(key) ?? numbers.size
      numbers.set(key, number)
      return number
    },
    find: (...names) => numbers.get(keyOf(names)),
  }
}
