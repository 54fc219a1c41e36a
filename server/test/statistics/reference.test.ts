import { expect, test } from 'vitest'
import { differenceOf, type Effect, type Interval, liftOf } from '../../src/statistics/effect.ts'
import { fixedInterval, fixedPValue } from '../../src/statistics/fixed.ts'
import { normalMixture } from '../../src/statistics/mixture.ts'
import { momentsOf, momentsOfRate } from '../../src/statistics/moments.ts'
import { sequentialInterval } from '../../src/statistics/sequential.ts'

// Expected values to five decimals from packages/stats/tests/frequentist of https://github.com/growthbook/growthbook.

/** Visitors of GrowthBook's fixture with a value each, in hundredths. */
const control = { visitors: 3_407, value: 139_687n, squares: 523_779_767n }
const variant = { visitors: 3_461, value: 242_270n, squares: 1_346_982_900n }

function known(effect: Effect | undefined): Effect {
  if (!effect) throw new Error('nothing is known of the spread')
  return effect
}

function ends({ low, high }: Interval): string[] {
  return [low.toFixed(5), high.toFixed(5)]
}

test("the fixed interval and p-value of a difference are GrowthBook's", () => {
  const difference = known(
    differenceOf({ count: 3_407, mean: 0.41, variance: 3.9 ** 2 }, { count: 3_461, mean: 0.7, variance: 6.2 ** 2 }),
  )
  expect(difference.value).toBeCloseTo(0.29, 9)
  expect(ends(fixedInterval(difference))).toEqual(['0.04538', '0.53462'])
  expect(fixedPValue(difference).toFixed(5)).toBe('0.02016')
})

test("the fixed interval and p-value of a lift are GrowthBook's", () => {
  const lift = known(liftOf(momentsOf(control, 100), momentsOf(variant, 100)))
  expect(lift.value.toFixed(5)).toBe('0.70732')
  expect(ends(fixedInterval(lift))).toEqual(['-0.03526', '1.44989'])
  expect(fixedPValue(lift).toFixed(5)).toBe('0.06191')
})

test("the fixed interval and p-value of the rates of a few visitors are GrowthBook's", () => {
  const lift = known(liftOf(momentsOfRate(14, 28), momentsOfRate(16, 30)))
  expect(lift.value.toFixed(5)).toBe('0.06667')
  expect(ends(fixedInterval(lift))).toEqual(['-0.47767', '0.61101'])
  expect(fixedPValue(lift).toFixed(5)).toBe('0.80707')
})

test("the always-valid interval of a value per visitor is GrowthBook's", () => {
  const lift = known(liftOf(momentsOf({ ...control, visitors: 3_000 }, 100), momentsOf(variant, 100)))
  expect(lift.value.toFixed(5)).toBe('0.50336')
  expect(ends(sequentialInterval(lift, normalMixture(1_000)))).toEqual(['-0.55844', '1.56516'])
})

test("the always-valid interval of a rate is GrowthBook's", () => {
  const lift = known(liftOf(momentsOfRate(1_396, 3_000), momentsOfRate(2_422, 3_461)))
  expect(lift.value.toFixed(5)).toBe('0.50386')
  expect(ends(sequentialInterval(lift, normalMixture(5_000)))).toEqual(['0.40098', '0.60675'])
})
