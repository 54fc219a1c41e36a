import { adjustByKnown } from '../statistics/cuped.ts'
import { differenceOf, type Effect } from '../statistics/effect.ts'
import { carriersOf } from '../statistics/enough.ts'
import { fixedLiftInterval, fixedPValue } from '../statistics/fixed.ts'
import type { Mixture } from '../statistics/mixture.ts'
import { type Moments, momentsOf, momentsOfRate } from '../statistics/moments.ts'
import { sequentialLiftInterval, sequentialPValue } from '../statistics/sequential.ts'
import type { Sums } from '../tally/tallies.ts'
import type { Interval } from './report.ts'

/** Hundredths in a unit of a goal's value. */
const UNITS = 100

/** A number of each visitor: 1 or 0 for having reached the goal, or its value. */
export type Metric = 'rate' | 'per_visitor'

/** Test by which a comparison is made: of a mixture an always-valid one, else one for a single look. */
export interface Method {
  metric: Metric
  mixture?: Mixture
  /**
   * True if what was known before may be taken off. Not against visitors who are held out: before this experience others were shown other
   * ones, so that what they did before follows from the assignment itself.
   */
  mayAdjust: boolean
}

/** A variant's closed visitors, compared with another one's. */
export interface Compared {
  /** Visitors of the poorer group who carry its sum: an interval needs `LEAST_CARRIERS` of them. */
  carriers: number
  /** Difference of the means, which the verdict is about; absent while nothing can be said. */
  effect?: Effect
  /** Moments of the other one and of the variant. */
  moments: readonly [against: Moments, variant: Moments]
  p?: number
  /** Share of the variance that was known before; absent where that was not used. */
  explained?: number
}

function momentsBy(sums: Sums, metric: Metric): Moments {
  return metric === 'rate' ? momentsOfRate(sums.converted, sums.visitors) : momentsOf(sums, UNITS)
}

/** Compares the closed visitors of a variant with those of another one. */
export function compare(variant: Sums, against: Sums, { metric, mixture, mayAdjust }: Method): Compared {
  const plain = [momentsBy(against, metric), momentsBy(variant, metric)] as const
  const carriers = Math.min(...plain.map(carriersOf))
  const known = metric === 'per_visitor' && mayAdjust ? adjustByKnown([against, variant], UNITS) : undefined
  const moments = (known?.moments ?? plain) as readonly [Moments, Moments]
  const effect = differenceOf(...moments)
  if (!effect) return { carriers, moments }
  const p = mixture ? sequentialPValue(effect, mixture) : fixedPValue(effect)
  return { carriers, effect, moments, p, ...(known ? { explained: known.explained } : {}) }
}

/** Interval of the relative difference at a level, such as 0.05; undefined while it may be of any size. It excludes 0 exactly if `p` is below the level. */
export function intervalOf({ moments }: Compared, { mixture }: Method, alpha: number): Interval | undefined {
  const range = mixture ? sequentialLiftInterval(...moments, { mixture, alpha }) : fixedLiftInterval(...moments, alpha)
  const [against, variant] = moments
  return range && { lift: variant.mean / against.mean - 1, ...range }
}
