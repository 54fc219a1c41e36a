import { daysLeft } from '../statistics/days-left.ts'
import { LEAST_CARRIERS } from '../statistics/enough.ts'
import { adjustByHolm, levelsByHolm } from '../statistics/holm.ts'
import { type Mixture, mixtureFor } from '../statistics/mixture.ts'
import { HOLDOUT, type Outcomes, type Sums } from '../tally/tallies.ts'
import { compare, type Compared, intervalOf, type Method, type Metric } from './compare.ts'
import type { GoalHistory } from './history.ts'
import type { Comparison } from './report.ts'
import { closesMs, NOBODY, together } from './sums.ts'

/** The probability of a false winner that is put up with. */
export const ALPHA = 0.05

/** Farther ahead nobody plans. */
const MOST_DAYS = 365

/** Days whose visitors tell how many a test will have. */
export const FIRST_DAYS = 3

/** Days for which a test is planned. */
const PLANNED_DAYS = 28

/** A pair of variants to compare. */
export interface Pair {
  variant: string
  against: string
}

/** A comparison before its verdict. */
export interface Measured extends Omit<Comparison, 'verdict'> {
  /** False while the groups are too small for an interval, or the test is not planned yet. */
  isEnough: boolean
  /** Days until there may be a verdict at this rate; undefined if none can be foreseen. */
  daysLeft: number | undefined
}

/** Outcomes of one goal that are compared. */
export interface Compare {
  history: GoalHistory
  /** Cohorts that count: assigned since shares and the goal's meaning are as they are. */
  cohorts: readonly Outcomes[]
  atMs: number
  interval: 'always_valid' | 'fixed'
}

/** Finds the cohorts whose time for the goal was over by an instant. */
export function closedBy(cohorts: readonly Outcomes[], withinMs: number, atMs: number): Outcomes[] {
  return cohorts.filter((cohort) => closesMs(cohort, withinMs) <= atMs)
}

/** Sums of the closed visitors of both variants at the end of each day. */
function* dayByDay(cohorts: readonly Outcomes[], { variant, against }: Pair): Generator<[day: number, Sums, Sums]> {
  let [one, other] = [NOBODY, NOBODY]
  const byDay = Map.groupBy(
    cohorts.filter((cohort) => cohort.variant === variant || cohort.variant === against),
    ({ day }) => day,
  )
  for (const day of [...byDay.keys()].sort((a, b) => a - b)) {
    for (const cohort of byDay.get(day) ?? []) {
      if (cohort.variant === variant) one = together(one, cohort)
      else other = together(other, cohort)
    }
    yield [day, one, other]
  }
}

/**
 * Plans a test by the visitors of its first days. They are known before the first verdict and say nothing of effects, and in steps of
 * the root of two, so that an event of then that comes late changes nothing as a rule; being a step off costs no power.
 */
function mixtureOf(days: Side['days']): Mixture | undefined {
  const third = days[FIRST_DAYS - 1]
  if (!third) return undefined
  const [, variant, against] = third
  const planned = ((variant.visitors + against.visitors) * PLANNED_DAYS) / FIRST_DAYS
  return mixtureFor(2 ** (Math.round(2 * Math.log2(planned)) / 2))
}

/** Forecasts the days until a verdict, or until there are enough visitors for one. */
function forecast(
  { effect, carriers }: Compared,
  { mixture }: Method,
  days: number,
  alpha: number,
): number | undefined {
  const missing = Math.max(FIRST_DAYS - days, days * (LEAST_CARRIERS / carriers - 1))
  if (missing > 0) return missing <= MOST_DAYS ? Math.ceil(missing) : undefined
  if (!effect || !mixture) return undefined
  return daysLeft(effect, { visitorsPerDay: effect.count / days, mixture, alpha })
}

/** A pair with its sums day by day, and how it is compared. */
interface Side {
  pair: Pair
  days: [day: number, variant: Sums, against: Sums][]
  method: Method
  isPlanned: boolean
  last: Compared
}

function sideOf(
  pair: Pair,
  closed: readonly Outcomes[],
  { metric, interval }: { metric: Metric } & Pick<Compare, 'interval'>,
): Side {
  const days = [...dayByDay(closed, pair)]
  const mixture = interval === 'always_valid' ? mixtureOf(days) : undefined
  const method: Method = { metric, mayAdjust: pair.against !== HOLDOUT, ...(mixture ? { mixture } : {}) }
  const [, variant, against] = days.at(-1) ?? [0, NOBODY, NOBODY]
  return {
    pair,
    days,
    method,
    isPlanned: interval === 'fixed' || mixture !== undefined,
    last: compare(variant, against, method),
  }
}

/** Compares pairs of variants by a goal; the pairs are one family. */
export function comparisons(
  { history, cohorts, atMs, interval }: Compare,
  pairs: readonly Pair[],
  metric: Metric,
): Measured[] {
  const { withinMs } = history.goal
  const closed = closedBy(cohorts, withinMs, atMs)
  const sides = pairs.map((pair) => sideOf(pair, closed, { metric, interval }))
  const mayBeJudged = ({ isPlanned, last }: Side, { carriers } = last): boolean =>
    isPlanned && carriers >= LEAST_CARRIERS
  const ps = sides.map((side) => (mayBeJudged(side) ? side.last.p : undefined) ?? 1)
  const adjusted = adjustByHolm(ps)
  const levels = levelsByHolm(ps, ALPHA)
  return sides.map((side, index) => {
    const { pair, days, method, last } = side
    const alpha = levels[index] as number
    const isEnough = mayBeJudged(side)
    const interval = isEnough ? intervalOf(last, method, alpha) : undefined
    const intervals = days.flatMap(([day, variant, against]) => {
      const then = compare(variant, against, method)
      const interval = mayBeJudged(side, then) ? intervalOf(then, method, alpha) : undefined
      return interval ? [{ atMs: closesMs({ day }, withinMs), interval }] : []
    })
    return {
      ...pair,
      metric,
      ...(interval ? { interval } : {}),
      ...(isEnough && last.p !== undefined ? { p: adjusted[index] as number } : {}),
      ...(last.explained === undefined ? {} : { explained: last.explained }),
      overTime: intervals,
      isEnough,
      daysLeft: forecast(last, method, days.length, alpha),
    }
  })
}
