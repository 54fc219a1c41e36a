import type { Tally } from './tally.ts'

/** Makes an empty tally that keeps so many sums; beyond them the one that began first goes. */
export function createNewestTally(most: number): Tally {
  const sums = new Map<string, [values: string[], count: number]>()
  return {
    add(values, count = 1) {
      const key = values.join('\n')
      const sum = sums.get(key)
      if (sum) sum[1] += count
      else sums.set(key, [[...values], count])
      const [first] = sums.keys()
      if (sums.size > most && first !== undefined) sums.delete(first)
    },
    entries: () => [...sums.values()],
  }
}
