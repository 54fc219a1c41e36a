import { exactDeviations, type Moments, momentsOf, type Sums } from './moments.ts'

/** Sums of a value per visitor with another one that was known before exposure, both in the same whole units. */
export interface PairedSums extends Sums {
  before: bigint
  beforeSquares: bigint
  /** Sum of the products of both. */
  products: bigint
}

/** Moments of values without the part that could be foretold. */
export interface Adjusted {
  /** Of each group, in the order of its sums. */
  moments: Moments[]
  /** Squared correlation of the value with what was known before: the part of the variance that is gone. */
  explained: number
}

/** Least part of the variance that is worth taking away: below it the report is only harder to understand. */
const LEAST_EXPLAINED = 0.01

/** Sums of squared deviations of a group from its own means, and of their products. */
function deviationsOf({ visitors, value, squares, before, beforeSquares, products }: PairedSums) {
  if (visitors === 0) return { value: 0, before: 0, both: 0 }
  return {
    value: exactDeviations(visitors, squares, value, value),
    before: exactDeviations(visitors, beforeSquares, before, before),
    both: exactDeviations(visitors, products, value, before),
  }
}

/**
 * Takes from each value what could be foretold before exposure: Y - theta (X - mean of X), with one theta and one mean for all groups
 * (CUPED: Deng, Xu, Kohavi and Walker 2013, https://doi.org/10.1145/2433396.2433413). Returns undefined if that would be less
 * than one percent of the variance.
 */
export function adjustByKnown(groups: readonly PairedSums[], unitsPerOne = 1): Adjusted | undefined {
  const deviations = groups.map(deviationsOf)
  const total = (key: 'value' | 'before' | 'both'): number => deviations.reduce((sum, of) => sum + of[key], 0)
  const explained = total('both') ** 2 / (total('value') * total('before'))
  // Also if one of both is the same for everybody, and it is 0 / 0.
  if (!(explained >= LEAST_EXPLAINED)) return undefined

  const theta = total('both') / total('before')
  const visitors = groups.reduce((sum, group) => sum + group.visitors, 0)
  const meanBefore = Number(groups.reduce((sum, { before }) => sum + before, 0n)) / visitors
  const moments = groups.map((group, index) => {
    const plain = momentsOf(group, unitsPerOne)
    const of = deviations[index]
    if (!of || group.visitors < 2) return plain
    const foretold = theta * (Number(group.before) / group.visitors - meanBefore)
    const left = of.value - 2 * theta * of.both + theta ** 2 * of.before
    return {
      count: group.visitors,
      mean: plain.mean - foretold / unitsPerOne,
      variance: Math.max(0, left) / (group.visitors - 1) / unitsPerOne ** 2,
    }
  })
  return { moments, explained }
}
