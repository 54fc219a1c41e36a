/** Mean and unbiased variance of one value per visitor. */
export interface Moments {
  count: number
  mean: number
  variance: number
}

/** Exact sums over visitors of one value each, in whole units: hundredths of a currency, or 0 and 1 for a goal without value. */
export interface Sums {
  count: number
  sum: bigint | number
  sumOfSquares: bigint | number
}

/** Sums of nobody: zero for what is counted on. */
export const NO_SUMS: Sums = { count: 0, sum: 0n, sumOfSquares: 0n }

/**
 * Computes the sum of squared (or crossed) deviations from the mean, times `count`, without rounding: in floating point the
 * two terms may agree in all their digits, as they do for a million visitors of whom each spent nearly the same.
 */
export function exactDeviations(
  count: number,
  sumOfProducts: bigint | number,
  left: bigint | number,
  right: bigint | number,
): number {
  return Number(BigInt(count) * BigInt(sumOfProducts) - BigInt(left) * BigInt(right))
}

/** Returns mean and variance in units of which each has `unitsPerOne` of the sums' units: 100 for hundredths. */
export function momentsOf({ count, sum, sumOfSquares }: Sums, unitsPerOne = 1): Moments {
  if (count === 0) return { count, mean: 0, variance: 0 }
  const mean = Number(sum) / count / unitsPerOne
  if (count === 1) return { count, mean, variance: 0 }
  const deviations = exactDeviations(count, sumOfSquares, sum, sum)
  return { count, mean, variance: deviations / count / (count - 1) / unitsPerOne ** 2 }
}

/**
 * Returns the moments of visitors of whom `converted` have the value 1 and the others 0. The variance is that of the rate itself, p (1 - p),
 * as in GrowthBook: `momentsOf` the same sums gives count / (count - 1) times as much.
 */
export function momentsOfRate(converted: number, count: number): Moments {
  const mean = count === 0 ? 0 : converted / count
  return { count, mean, variance: mean * (1 - mean) }
}
