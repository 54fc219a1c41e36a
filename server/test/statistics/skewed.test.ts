import { expect, test } from 'vitest'
import { type Amounts, createBuyerArm, createRateArm } from '../../../lab/trials/arm.ts'
import { runTrials, type TrialResults } from '../../../lab/trials/trials.ts'
import { createRandom } from '../../src/loadtest/random.ts'
import { LEAST_CARRIERS } from '../../src/statistics/enough.ts'

const SEED = 19_830_412
const RUNS = 1_000

/** Visitors of both groups a day: of the same size, and 1 to 19 as those who are held out and all others. */
const SIZES: [number, number][] = [
  [400, 400],
  [1_000, 1_000],
  [100, 1_900],
  [600, 11_400],
]

/** Amounts in hundredths: median 33, of which a tenth is above 226, capped at 1,000. */
const amounts: Amounts = { median: 3_300, deviationOfLog: 1.5, most: 100_000 }

/** Runs trials of visitors of whom 3 % buy; of the variant's, `lift` more. */
function buyers([left, right]: [number, number], lift: number, leastCarriers = LEAST_CARRIERS): TrialResults {
  const random = createRandom(SEED)
  const control = createBuyerArm(left, { rate: 0.03, amounts }, random)
  const variant = createBuyerArm(right, { rate: 0.03 * (1 + lift), amounts }, random)
  const plannedVisitors = 5_000
  return runTrials({ control, variant, days: 28, runs: RUNS, plannedVisitors, leastCarriers })
}

test.for(SIZES)('what few visitors spend is covered at all looks at once, with %i and %i visitors a day', (sizes) => {
  expect(buyers(sizes, 0).found).toBeLessThanOrEqual(0.05)
  expect(buyers(sizes, 0.2).covered).toBeGreaterThanOrEqual(0.95)
})

test('without a least number of carriers, a small group with few buyers finds false winners', () => {
  expect(buyers([100, 1_900], 0, 0).found).toBeGreaterThan(0.2)
})

test.for(SIZES)('a rate of 0.02 is covered at all looks at once, with %i and %i visitors a day', ([left, right]) => {
  const random = createRandom(SEED)
  const control = createRateArm(left, 0.02, random)
  const trials = { control, days: 28, runs: RUNS, plannedVisitors: 5_000 }
  expect(runTrials({ ...trials, variant: createRateArm(right, 0.02, random) }).found).toBeLessThanOrEqual(0.05)
  expect(runTrials({ ...trials, variant: createRateArm(right, 0.024, random) }).covered).toBeGreaterThanOrEqual(0.95)
})
