import { daysLeft } from '../statistics/days-left.ts'
import { type Mixture, mixtureFor } from '../statistics/mixture.ts'
import type { Outcomes, Sums } from '../tally/tallies.ts'
import { compare, type Compared, intervalOf, type Method, type Metric } from './compare.ts'
import type { GoalHistory } from './history.ts'
import type { Comparison } from './report.ts'
import { closesMs, NOBODY, together, total } from './sums.ts'

/** The probability of a false winner that is put up with. */
export const ALPHA = 0.05

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
  closed: { variant: Sums; against: Sums }
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

/**
 * Plans a test by the visitors of its first days. They are known before the first verdict and say nothing of effects, and by powers
 * of two, so that an event of then that comes late changes nothing.
 */
function mixtureOf(cohorts: readonly Outcomes[]): Mixture | undefined {
  const days = [...new Set(cohorts.map(({ day }) => day))].sort((one, other) => one - other)
  const last = days[FIRST_DAYS - 1]
  if (last === undefined) return undefined
  const { visitors } = total(cohorts.filter(({ day }) => day <= last))
  const planned = (visitors * PLANNED_DAYS) / FIRST_DAYS
  return mixtureFor(2 ** Math.round(Math.log2(Math.max(planned, 2))))
}

/** Levels of several comparisons, by Holm: the surest is made at the sharpest one; behind the first that fails, all have that one's. */
function holmLevels(ps: readonly (number | undefined)[]): number[] {
  const order = ps.map((p, index) => ({ p: p ?? 1, index })).sort((one, other) => one.p - other.p)
  const levels = ps.map(() => ALPHA)
  let failed: number | undefined
  for (const [rank, { p, index }] of order.entries()) {
    const level = failed ?? ALPHA / (ps.length - rank)
    levels[index] = level
    if (p > level) failed ??= level
  }
  return levels
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

function daysUntil(compared: Compared, { mixture }: Method, days: number, alpha: number): number | undefined {
  const { effect } = compared
  if (!effect || !mixture || days === 0) return undefined
  return daysLeft(effect, { visitorsPerDay: effect.count / days, mixture, alpha })
}

/** Compares pairs of variants by a goal; the pairs are one family. */
export function comparisons(
  { history, cohorts, atMs, interval }: Compare,
  pairs: readonly Pair[],
  metric: Metric,
): Measured[] {
  const { withinMs } = history.goal
  const closed = closedBy(cohorts, withinMs, atMs)
  const sides = pairs.map((pair) => {
    const ours = cohorts.filter(({ variant }) => variant === pair.variant || variant === pair.against)
    const mixture = interval === 'always_valid' ? mixtureOf(ours) : undefined
    const method: Method = { metric, ...(mixture ? { mixture } : {}) }
    const days = [...dayByDay(closed, pair)]
    const [, variant = NOBODY, against = NOBODY] = days.at(-1) ?? []
    // An always-valid test that is not planned yet has said nothing.
    const isPlanned = interval === 'fixed' || mixture !== undefined
    return {
      pair,
      method,
      days,
      variant,
      against,
      isPlanned,
      compared: isPlanned ? compare(variant, against, method) : {},
    }
  })
  const levels = holmLevels(sides.map(({ compared }) => compared.p))
  return sides.map(({ pair, method, days, variant, against, isPlanned, compared }, index) => {
    const alpha = levels[index] as number
    const { effect, p, explained } = compared
    return {
      ...pair,
      metric,
      ...(effect ? { interval: intervalOf(effect, method, alpha) } : {}),
      // Judged at ALPHA, as the interval is at its own level.
      ...(p === undefined ? {} : { p: Math.min(1, (p * ALPHA) / alpha) }),
      ...(explained === undefined ? {} : { explained }),
      overTime: !isPlanned
        ? []
        : days.flatMap(([day, one, other]) => {
            const { effect: then } = compare(one, other, method)
            return then ? [{ atMs: closesMs({ day }, withinMs), interval: intervalOf(then, method, alpha) }] : []
          }),
      closed: { variant, against },
      daysLeft: daysUntil(compared, method, days.length, alpha),
    }
  })
}
