/** Mean and variance of one value per visitor. */
export interface Moments {
  count: number
  mean: number
  variance: number
}

/** Exact sums over visitors of one value each, in whole units: hundredths of a currency. */
export interface Sums {
  visitors: number
  /** Sum of the values. */
  value: bigint
  /** Sum of their squares. */
  squares: bigint
}

/**
 * Sum of products of deviations from the means, without rounding: count * sum of products - product of sums. In floating point the
 * terms may agree in all their digits, as they do for a million visitors who each spent nearly the same.
 */
export function exactDeviations(visitors: number, products: bigint, left: bigint, right: bigint): number {
  return Number(BigInt(visitors) * products - left * right) / visitors
}

/** Returns mean and unbiased variance, of which one has `unitsPerOne` of the sums' units: 100 for hundredths. */
export function momentsOf({ visitors, value, squares }: Sums, unitsPerOne = 1): Moments {
  const mean = visitors === 0 ? 0 : Number(value) / visitors / unitsPerOne
  if (visitors < 2) return { count: visitors, mean, variance: 0 }
  const variance = exactDeviations(visitors, squares, value, value) / (visitors - 1) / unitsPerOne ** 2
  return { count: visitors, mean, variance }
}

/**
 * Returns the moments of visitors of whom `converted` have the value 1 and the others 0. The variance is that of the rate itself, p (1 - p),
 * as in GrowthBook: `momentsOf` the same sums gives count / (count - 1) times as much.
 */
export function momentsOfRate(converted: number, count: number): Moments {
  const mean = count === 0 ? 0 : converted / count
  return { count, mean, variance: mean * (1 - mean) }
}
