import type { Experience, Range } from './catalog.ts'

/** Sums that rounding keeps from being 1: GrowthBook's tolerance, and exactly its arithmetic within it. */
function scaleOf(weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return total < 0.99 || total > 1.01 ? total : 1
}

/**
 * The stretch of the line that each variant owns. Each keeps the start that its weight gives it and coverage grows its
 * end, so growing coverage moves nobody who is in.
 */
export function rangesOf({ variants, coverage }: Pick<Experience, 'variants' | 'coverage'>): Range[] {
  const scale = scaleOf(variants.map(({ weight }) => weight))
  let start = 0
  return variants.map(({ weight, range }) => {
    const from = start
    const share = weight / scale
    start += share
    return range ?? [from, from + share * coverage]
  })
}

/** The index of the first range that holds `position`; -1 when none does. */
export function indexAt(position: number, ranges: readonly Range[]): number {
  for (let index = 0; index < ranges.length; index++) {
    const range = ranges[index] as Range
    if (position >= range[0] && position < range[1]) return index
  }
  return -1
}
