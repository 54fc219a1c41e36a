import { expect, test } from 'vitest'
import { type Arm, createRateArm } from '../../../lab/trials/arm.ts'
import { createRandom } from '../../src/loadtest/random.ts'
import { compare } from '../../src/report/compare.ts'
import { comparisons } from '../../src/report/comparisons.ts'
import { NOBODY, together } from '../../src/report/sums.ts'
import { adjustByHolm } from '../../src/statistics/holm.ts'
import { mixtureFor } from '../../src/statistics/mixture.ts'
import type { Outcomes } from '../../src/tally/tallies.ts'
import { FIRST_DAY, SIGN_UP } from './made-up-tallies.ts'

const SEED = 20_190_507
const RUNS = 1_000
const DAYS = 28

/** Visitors of each group a day; with them a fixed test at the end finds 0.12 against 0.10 with probability 0.94. */
const VISITORS = 216

const history = { goal: SIGN_UP, sinceMs: 0, hasChanged: false, isLater: false }
const pair = { variant: 'flowers', against: 'control' }

/** Draws what a group's visitors of a day did. */
function cohortOf(variant: string, day: number, arm: Arm): Outcomes {
  const { visitors, value } = arm.draw()
  const sums = { ...NOBODY, visitors, converted: Number(value), value: 100n * value, squares: 10_000n * value }
  return { experience: 'spring', seed: 'spring', goal: SIGN_UP.id, variant, day, ...sums }
}

/** Intervals of the lift that a report shows after 28 days: one for each day that has carriers enough. */
function* reports(rate: number, runs = RUNS): Generator<{ low: number; high: number }[]> {
  const random = createRandom(SEED)
  const control = createRateArm(VISITORS, 0.1, random)
  const flowers = createRateArm(VISITORS, rate, random)
  const days = Array.from({ length: DAYS }, (_none, index) => FIRST_DAY + index)
  for (let run = 0; run < runs; run++) {
    const cohorts = days.flatMap((day) => [cohortOf('control', day, control), cohortOf('flowers', day, flowers)])
    const [found] = comparisons({ history, cohorts, atMs: Infinity, interval: 'always_valid' }, [pair], 'rate')
    yield found?.overTime.map(({ interval }) => interval) ?? []
  }
}

const isVerdict = ({ low, high }: { low: number; high: number }): boolean => low > 0 || high < 0

test('a report that is read every day names a winner among equals in at most 5 % of 1,000 runs', () => {
  const wrong = [...reports(0.1)].filter((intervals) => intervals.some(isVerdict))
  expect(wrong.length / RUNS).toBeLessThanOrEqual(0.05)
})

test('a report covers a lift of 20 % on all days at once in 95 % of 1,000 runs', () => {
  const covered = [...reports(0.12)].filter((intervals) =>
    intervals.every(({ low, high }) => low <= 0.2 && high >= 0.2),
  )
  expect(covered.length / RUNS).toBeGreaterThanOrEqual(0.95)
})

test('of lifts that a fixed test finds in 94 %, a report that is read every day finds 80 %', () => {
  const all = [...reports(0.12, 3_000)]
  expect(all.filter((intervals) => intervals.some(isVerdict)).length / all.length).toBeGreaterThanOrEqual(0.8)
})

test('among four variants without effect, read every day, one is named a winner in at most 5 % of 1,000 runs', () => {
  const arm = createRateArm(VISITORS, 0.1, createRandom(SEED))
  const method = { metric: 'rate', mixture: mixtureFor(2 * VISITORS * DAYS), mayAdjust: false } as const
  let wrong = 0
  for (let run = 0; run < RUNS; run++) {
    let groups = Array.from({ length: 5 }, () => NOBODY)
    let isWrong = false
    for (let day = 0; day < DAYS; day++) {
      groups = groups.map((sums) => together(sums, cohortOf('any', day, arm)))
      const [control = NOBODY, ...variants] = groups
      const ps = variants.map((sums) => compare(sums, control, method).p ?? 1)
      isWrong ||= adjustByHolm(ps).some((p) => p < 0.05)
    }
    if (isWrong) wrong += 1
  }
  expect(wrong / RUNS).toBeLessThanOrEqual(0.05)
})
