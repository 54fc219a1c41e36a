import { expect, test } from 'vitest'
import { createRateArm } from '../../../lab/trials/arm.ts'
import { runTrials, type TrialResults } from '../../../lab/trials/trials.ts'
import { createRandom } from '../../src/loadtest/random.ts'

const SEED = 20_210_306

/** Visitors of each group on each of 28 days; with them a fixed test at the end finds 0.12 against 0.10 with probability 0.94. */
const A_DAY = 216

/** Runs tests of 0.10 against another rate, with a look a day. */
function trialsOf(options: { rate: number; runs: number; plannedVisitors?: number }): TrialResults {
  const { rate, ...others } = options
  const random = createRandom(SEED)
  const control = createRateArm(A_DAY, 0.1, random)
  return runTrials({ control, variant: createRateArm(A_DAY, rate, random), days: 28, ...others })
}

test('daily looks find a winner among equals in at most 5 % of 1,000 runs, where a fixed test finds more than 20 %', () => {
  const { found, foundByPeeking } = trialsOf({ rate: 0.1, runs: 1_000 })
  expect(found).toBeLessThanOrEqual(0.05)
  expect(foundByPeeking).toBeGreaterThan(0.2)
})

test('always-valid intervals cover a known lift at all looks at once in at least 95 % of 1,000 runs', () => {
  expect(trialsOf({ rate: 0.12, runs: 1_000 }).covered).toBeGreaterThanOrEqual(0.95)
})

test('an effect that a fixed test finds at the end in 94 % of the runs is found in more than 80 %', () => {
  const { found, foundAtEnd } = trialsOf({ rate: 0.12, runs: 5_000 })
  expect(foundAtEnd).toBeGreaterThan(0.93)
  expect(foundAtEnd).toBeLessThan(0.95)
  expect(found).toBeGreaterThan(0.8)
})

test('a plan that is off by two costs a little power, one that is off by ten some more, and none of them validity', () => {
  const planned = 2 * A_DAY * 28
  const power = [planned / 10, planned / 2, planned * 2].map((plannedVisitors) => {
    expect(trialsOf({ rate: 0.1, runs: 1_000, plannedVisitors }).found).toBeLessThanOrEqual(0.05)
    const { found, covered } = trialsOf({ rate: 0.12, runs: 1_000, plannedVisitors })
    expect(covered).toBeGreaterThanOrEqual(0.95)
    return found
  })
  expect(power[0]).toBeGreaterThan(0.6)
  expect(power[1]).toBeGreaterThan(0.77)
  expect(power[2]).toBeGreaterThan(0.74)
})
