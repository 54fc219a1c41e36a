import { exactDeviations, type Moments, momentsOf, type Sums } from './moments.ts'

/** Sums of a value per visitor with what was known of the visitor before exposure, both in whole units. */
export interface PairedSums extends Sums {
  /** Sum of what was known before. */
  sumBefore: bigint | number
  sumOfSquaresBefore: bigint | number
  /** Sum of the products of both. */
  sumOfProducts: bigint | number
}

/** Moments of values from which it was taken away what could be known before exposure. */
export interface Adjusted {
  /** Of each group, in the order of its sums. */
  moments: Moments[]
  /** Squared correlation of the value with what was known before: the part of the variance that is gone. */
  explained: number
}

/** Least part of the variance that is worth taking away: below it the table would only be harder to understand. */
const LEAST_EXPLAINED = 0.01

/** Deviations of a group from its own means: products and squares, each divided by the visitors. */
function deviationsOf({ count, ...sums }: PairedSums) {
  const { sum, sumOfSquares, sumBefore, sumOfSquaresBefore, sumOfProducts } = sums
  return {
    ofValue: exactDeviations(count, sumOfSquares, sum, sum) / count,
    ofBefore: exactDeviations(count, sumOfSquaresBefore, sumBefore, sumBefore) / count,
    ofBoth: exactDeviations(count, sumOfProducts, sum, sumBefore) / count,
  }
}

/**
 * Takes away from each value what could be known before exposure (CUPED, Deng et al. 2013, https://doi.org/10.1145/2433396.2433413):
 * Y - theta (X - mean of X), with theta and mean over all groups. Returns undefined if that is less than one percent of the variance.
 * `unitsPerOne` is that of the values.
 */
export function adjustByKnown(groups: readonly PairedSums[], unitsPerOne = 1): Adjusted | undefined {
  const known = groups.filter(({ count }) => count > 0)
  const deviations = known.map(deviationsOf)
  const total = (key: 'ofValue' | 'ofBefore' | 'ofBoth'): number => deviations.reduce((sum, of) => sum + of[key], 0)
  const explained = total('ofBoth') ** 2 / (total('ofValue') * total('ofBefore'))
  if (!(explained >= LEAST_EXPLAINED)) return undefined
  const theta = total('ofBoth') / total('ofBefore')
  const visitors = known.reduce((sum, { count }) => sum + count, 0)
  const meanBefore = known.reduce((sum, { sumBefore }) => sum + Number(sumBefore), 0) / visitors
  const moments = groups.map((group) => {
    const plain = momentsOf(group, unitsPerOne)
    if (group.count < 2) return plain
    const { ofBefore, ofBoth } = deviationsOf(group)
    const shift = theta * (Number(group.sumBefore) / group.count - meanBefore)
    const change = (theta ** 2 * ofBefore - 2 * theta * ofBoth) / (group.count - 1)
    return {
      count: group.count,
      mean: plain.mean - shift / unitsPerOne,
      variance: Math.max(0, plain.variance + change / unitsPerOne ** 2),
    }
  })
  return { moments, explained }
}
