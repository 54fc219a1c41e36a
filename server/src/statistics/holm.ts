/** Places of p-values, from the smallest on. */
function ascending(pValues: readonly number[]): number[] {
  return [...pValues.keys()].sort((one, other) => (pValues[one] ?? 1) - (pValues[other] ?? 1))
}

/**
 * Returns p-values adjusted for their number, in the same order: a variant is a winner if its own is at most alpha, and the probability
 * that any of those without an effect is one is at most alpha (Holm 1979, https://www.jstor.org/stable/4615733).
 */
export function adjustByHolm(pValues: readonly number[]): number[] {
  const adjusted = new Array<number>(pValues.length)
  let largest = 0
  for (const [rank, index] of ascending(pValues).entries()) {
    largest = Math.max(largest, Math.min(1, (pValues[index] ?? 1) * (pValues.length - rank)))
    adjusted[index] = largest
  }
  return adjusted
}

/**
 * Returns the levels for intervals that agree with the adjusted p-values: an interval at its level excludes 0 exactly if the adjusted p-value
 * is below alpha. The smallest is judged at the sharpest level, and all behind the first that is not significant at that one's.
 */
export function levelsByHolm(pValues: readonly number[], alpha: number): number[] {
  const levels = new Array<number>(pValues.length)
  let failed: number | undefined
  for (const [rank, index] of ascending(pValues).entries()) {
    const level = failed ?? alpha / (pValues.length - rank)
    levels[index] = level
    if ((pValues[index] ?? 1) > level) failed ??= level
  }
  return levels
}
