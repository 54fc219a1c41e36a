import { chiSquareTail } from './distributions.ts'

/** Number of visitors of one variant, and the weight with which it is drawn. */
export interface Share {
  count: number
  weight: number
}

/** Result of comparing counts with weights. */
export interface RatioTest {
  chiSquare: number
  pValue: number
  /** True if the counts are so unlikely that something is wrong with assignment or delivery, and no verdict is to be trusted. */
  isMismatch: boolean
}

/** Below it, counts raise an alarm: one report of a thousand that are right, as in GrowthBook. */
const ALARM_P_VALUE = 0.001

/** Compares counts of visitors with the weights by which they were drawn: Pearson's chi-square test. Shares of weight 0 with nobody in them are left out. */
export function testRatio(shares: readonly Share[]): RatioTest {
  const compared = shares.filter(({ count, weight }) => count > 0 || weight > 0)
  const total = compared.reduce((sum, { count }) => sum + count, 0)
  const weights = compared.reduce((sum, { weight }) => sum + weight, 0)
  if (compared.length < 2 || total === 0) return { chiSquare: 0, pValue: 1, isMismatch: false }
  const chiSquare = compared.reduce((sum, { count, weight }) => {
    const expected = (total * weight) / weights
    return sum + (count - expected) ** 2 / expected
  }, 0)
  // A share that nobody can be drawn into, but has visitors, makes it infinite.
  const pValue = Number.isFinite(chiSquare) ? chiSquareTail(chiSquare, compared.length - 1) : 0
  return { chiSquare, pValue, isMismatch: pValue < ALARM_P_VALUE }
}
