/** Number of standard deviations around the mean within which 95 % of a normal distribution lie. */
const Z = 1.959_964

/** A number of things in a population, as a sample tells it. */
export interface Estimate {
  count: number
  /** Bounds of the 95 % interval; both are the count where all things were looked at. */
  low: number
  high: number
}

/**
 * Estimates how many of a population have a property of which `hits` of `drawn` things have it that were drawn without replacement: Wilson's score
 * interval (1927), which holds for rare properties, too, with the finite population correction (Cochran, "Sampling Techniques", 2.6).
 */
export function estimate(hits: number, drawn: number, population: number): Estimate {
  if (drawn >= population || drawn === 0) return { count: hits, low: hits, high: drawn === 0 ? population : hits }
  const z2 = (Z * Z * (population - drawn)) / (population - 1)
  const share = hits / drawn
  const middle = share + z2 / (2 * drawn)
  const half = Math.sqrt(z2 * ((share * (1 - share)) / drawn + z2 / (4 * drawn * drawn)))
  const scale = population / (1 + z2 / drawn)
  return {
    count: Math.round(share * population),
    // What was seen is certain.
    low: Math.max(hits, Math.floor((middle - half) * scale)),
    high: Math.min(population - (drawn - hits), Math.ceil((middle + half) * scale)),
  }
}
