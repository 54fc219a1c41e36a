import { adjustByKnown } from '../statistics/cuped.ts'
import { type Effect, type Interval as Range, liftOf } from '../statistics/effect.ts'
import { carriersOf } from '../statistics/enough.ts'
import { fixedInterval, fixedPValue } from '../statistics/fixed.ts'
import type { Mixture } from '../statistics/mixture.ts'
import { type Moments, momentsOf, momentsOfRate } from '../statistics/moments.ts'
import { sequentialInterval, sequentialPValue } from '../statistics/sequential.ts'
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
}

/** A variant's closed visitors, compared with another one's. */
export interface Compared {
  /** Visitors of the poorer group who carry its sum: an interval needs `LEAST_CARRIERS` of them. */
  carriers: number
  /** Relative difference; absent while nothing can be said. */
  effect?: Effect
  p?: number
  /** Share of the variance that was known before; absent where that was not used. */
  explained?: number
}

function momentsBy(sums: Sums, metric: Metric): Moments {
  return metric === 'rate' ? momentsOfRate(sums.converted, sums.visitors) : momentsOf(sums, UNITS)
}

/** Compares the closed visitors of a variant with those of another one. */
export function compare(variant: Sums, against: Sums, { metric, mixture }: Method): Compared {
  const plain = [against, variant].map((sums) => momentsBy(sums, metric))
  const carriers = Math.min(...plain.map(carriersOf))
  const known = metric === 'per_visitor' ? adjustByKnown([against, variant], UNITS) : undefined
  const [base, changed] = known?.moments ?? plain
  const effect = liftOf(base as Moments, changed as Moments)
  if (!effect) return { carriers }
  const p = mixture ? sequentialPValue(effect, mixture) : fixedPValue(effect)
  return { carriers, effect, p, ...(known ? { explained: known.explained } : {}) }
}

/** The interval of an effect at a level, such as 0.05. */
export function intervalOf(effect: Effect, { mixture }: Method, alpha: number): Interval {
  const { low, high }: Range = mixture ? sequentialInterval(effect, mixture, alpha) : fixedInterval(effect, alpha)
  return { lift: effect.value, low, high }
}
