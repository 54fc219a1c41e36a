import type { Sums } from '../../server/src/statistics/moments.ts'
import { createBinomial } from './binomial.ts'

/** Visitors of one group, a day after the other. */
export interface Arm {
  /** True mean of their values, in whole units. */
  mean: number
  visitorsPerDay: number
  /** Draws the visitors of a day. */
  draw(): Sums
}

/** Visitors of a day who convert or do not. */
export function createRateArm(visitors: number, rate: number, random: () => number): Arm {
  const draw = createBinomial(visitors, rate, random)
  return {
    mean: rate,
    visitorsPerDay: visitors,
    draw: () => {
      const converted = BigInt(draw())
      return { visitors, value: converted, squares: converted }
    },
  }
}

/** Amounts that buyers spend, as in shops: the logarithms are normally spread, and a report cuts them to a maximum. */
export interface Amounts {
  median: number
  deviationOfLog: number
  most: number
}

/** Equally likely amounts that stand for the distribution. */
const STEPS = 2_000

/** Inverse of the standard normal distribution function by bisection of Zelen and Severo's approximation (Abramowitz and Stegun 26.2.17). */
function normalQuantile(probability: number): number {
  if (probability < 0.5) return -normalQuantile(1 - probability)
  let [low, high] = [0, 9]
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2
    const t = 1 / (1 + 0.2316419 * middle)
    const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    if (1 - (Math.exp(-(middle ** 2) / 2) / Math.sqrt(2 * Math.PI)) * series < probability) low = middle
    else high = middle
  }
  return low
}

/** Visitors of a day of whom a few buy, for widely different amounts. */
export function createBuyerArm(
  visitors: number,
  { rate, amounts }: { rate: number; amounts: Amounts },
  random: () => number,
): Arm {
  const { median, deviationOfLog, most } = amounts
  const likely = Array.from({ length: STEPS }, (_none, step) => {
    const amount = median * Math.exp(deviationOfLog * normalQuantile((step + 0.5) / STEPS))
    return Math.round(Math.min(most, amount))
  })
  const draw = createBinomial(visitors, rate, random)
  return {
    mean: (rate * likely.reduce((sum, amount) => sum + amount, 0)) / STEPS,
    visitorsPerDay: visitors,
    draw: () => {
      let [value, squares] = [0, 0]
      for (let buyer = draw(); buyer > 0; buyer--) {
        const amount = likely[Math.floor(random() * STEPS)] ?? 0
        value += amount
        squares += amount ** 2
      }
      return { visitors, value: BigInt(value), squares: BigInt(squares) }
    },
  }
}
