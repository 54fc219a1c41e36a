function sorted(values: readonly number[]): number[] {
  return [...values].sort((left, right) => left - right)
}

/** The value below which `share` (0 to 1) of the values lie: nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const rank = Math.max(0, Math.ceil(values.length * share) - 1)
  return sorted(values)[rank] ?? NaN
}

/** The probability that at most `most` of `count` fair coins show heads. */
function binomialHalf(count: number, most: number): number {
  let term = 0.5 ** count
  let sum = term
  for (let heads = 1; heads <= most; heads++) {
    term *= (count - heads + 1) / heads
    sum += term
  }
  return sum
}

/**
 * Upper end of the one-sided 95 % confidence interval of the median, free of any assumption on the distribution: the
 * smallest order statistic that the median exceeds with at most 5 % probability (sign test).
 */
export function medianUpperBound(values: readonly number[]): number {
  const ordered = sorted(values)
  const rank = ordered.findIndex((_value, index) => binomialHalf(ordered.length, index) >= 0.95)
  return ordered[rank] ?? NaN
}
