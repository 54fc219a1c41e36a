import { differenceOf } from '../../server/src/statistics/effect.ts'
import { carriersOf, LEAST_CARRIERS } from '../../server/src/statistics/enough.ts'
import { fixedPValue } from '../../server/src/statistics/fixed.ts'
import { type Mixture, mixtureFor } from '../../server/src/statistics/mixture.ts'
import { momentsOf, type Sums } from '../../server/src/statistics/moments.ts'
import { sequentialInterval, sequentialLiftInterval } from '../../server/src/statistics/sequential.ts'
import type { Arm } from './arm.ts'

/** Simulated A/B tests with a look at the end of each day. */
export interface Trials {
  control: Arm
  variant: Arm
  days: number
  runs: number
  /** Visitors for whom the intervals are made; absent: as many as come. */
  plannedVisitors?: number
  /** Carriers that each group must have for a look to count; absent: as many as reports ask for. */
  leastCarriers?: number
}

/** Shares of the runs, 0 to 1. */
export interface TrialResults {
  /** An always-valid interval of the difference excluded 0 at some look. */
  found: number
  /** At each look, the intervals of the difference and of the lift covered the true ones. */
  covered: number
  /** A fixed test at the end was significant. */
  foundAtEnd: number
  /** A fixed test was significant at some look. */
  foundByPeeking: number
}

const NOBODY: Sums = { visitors: 0, value: 0n, squares: 0n }

function add(left: Sums, right: Sums): Sums {
  return {
    visitors: left.visitors + right.visitors,
    value: left.value + right.value,
    squares: left.squares + right.squares,
  }
}

/** Facts of one look; undefined if a report would refuse it. */
function look(trials: Trials, mixture: Mixture, [control, variant]: [Sums, Sums]) {
  const moments = [momentsOf(control), momentsOf(variant)] as const
  const least = trials.leastCarriers ?? LEAST_CARRIERS
  const difference = differenceOf(...moments)
  if (!difference || moments.some((group) => carriersOf(group) < least)) return undefined
  const interval = sequentialInterval(difference, mixture)
  const lift = sequentialLiftInterval(...moments, { mixture })
  const trueLift = trials.variant.mean / trials.control.mean - 1
  const trueDifference = trials.variant.mean - trials.control.mean
  return {
    isFound: interval.low > 0 || interval.high < 0,
    isCovered:
      interval.low <= trueDifference &&
      interval.high >= trueDifference &&
      (!lift || (lift.low <= trueLift && lift.high >= trueLift)),
    isSignificant: fixedPValue(difference) < 0.05,
  }
}

function runTrial(trials: Trials, mixture: Mixture) {
  let sums: [Sums, Sums] = [NOBODY, NOBODY]
  const looks = Array.from({ length: trials.days }, () => {
    sums = [add(sums[0], trials.control.draw()), add(sums[1], trials.variant.draw())]
    return look(trials, mixture, sums)
  })
  return {
    found: looks.some((one) => one?.isFound),
    covered: looks.every((one) => one?.isCovered ?? true),
    foundAtEnd: looks.at(-1)?.isSignificant ?? false,
    foundByPeeking: looks.some((one) => one?.isSignificant),
  }
}

/** Runs them, and tells how often what happened. */
export function runTrials(trials: Trials): TrialResults {
  const { control, variant, days } = trials
  const mixture = mixtureFor(trials.plannedVisitors ?? (control.visitorsPerDay + variant.visitorsPerDay) * days)
  const results = Array.from({ length: trials.runs }, () => runTrial(trials, mixture))
  const share = (key: keyof TrialResults): number => results.filter((result) => result[key]).length / trials.runs
  return {
    found: share('found'),
    covered: share('covered'),
    foundAtEnd: share('foundAtEnd'),
    foundByPeeking: share('foundByPeeking'),
  }
}
