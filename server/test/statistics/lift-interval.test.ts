import { assert, double, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { differenceOf, liftOf } from '../../src/statistics/effect.ts'
import { fixedInterval, fixedLiftInterval } from '../../src/statistics/fixed.ts'
import { liftInterval } from '../../src/statistics/lift-interval.ts'
import { mixtureFor } from '../../src/statistics/mixture.ts'
import type { Moments } from '../../src/statistics/moments.ts'
import { momentsOfRate } from '../../src/statistics/moments.ts'
import { sequentialInterval, sequentialLiftInterval } from '../../src/statistics/sequential.ts'

const visitors = integer({ min: 1_000, max: 1_000_000 })
const rates = double({ min: 0.01, max: 0.5, noNaN: true })
const mixture = mixtureFor(20_000)

/** Standard errors by which the variant is off a ratio to the control. */
function distanceTo(ratio: number, control: Moments, variant: Moments): number {
  const error = Math.sqrt(variant.variance / variant.count + (ratio ** 2 * control.variance) / control.count)
  return Math.abs(variant.mean - ratio * control.mean) / error
}

test('both ends of the interval of a lift are as many standard errors away', () => {
  assert(
    property(visitors, visitors, rates, rates, (left, right, rate, other) => {
      const control = momentsOfRate(rate * left, left)
      const variant = momentsOfRate(other * right, right)
      const interval = fixedLiftInterval(control, variant)
      if (!interval) return
      const distances = [interval.low, interval.high].map((lift) => distanceTo(1 + lift, control, variant))
      expect(distances[0]).toBeCloseTo(distances[1] ?? NaN, 6)
      expect(distances[0]).toBeCloseTo(1.96, 1)
    }),
  )
})

test('the interval of the lift excludes 0 exactly if that of the difference does', () => {
  assert(
    property(visitors, rates, double({ min: 0.8, max: 1.25, noNaN: true }), (count, rate, ratio) => {
      const control = momentsOfRate(rate * count, count)
      const variant = momentsOfRate(rate * ratio * count, count)
      const difference = differenceOf(control, variant)
      if (!difference) throw new Error('nothing is known of the spread')
      const { low, high } = sequentialInterval(difference, mixture)
      const lift = sequentialLiftInterval(control, variant, { mixture })
      if (!lift || Math.min(Math.abs(low), Math.abs(high)) < 1e-12) return
      expect([lift.low > 0, lift.high < 0]).toEqual([low > 0, high < 0])
    }),
  )
})

test('with many visitors it is the interval by the delta method', () => {
  const control = momentsOfRate(1_000_000, 10_000_000)
  const variant = momentsOfRate(1_010_000, 10_000_000)
  const lift = liftOf(control, variant)
  if (!lift) throw new Error('nothing is known of the spread')
  const byDelta = fixedInterval(lift)
  const interval = fixedLiftInterval(control, variant)
  expect(interval?.low).toBeCloseTo(byDelta.low, 5)
  expect(interval?.high).toBeCloseTo(byDelta.high, 5)
})

test('there is no interval of a lift as long as the control may have earned nothing', () => {
  const few = momentsOfRate(3, 1_000)
  const many = momentsOfRate(30, 1_000)
  expect(fixedLiftInterval(few, many)).toBeUndefined()
  expect(fixedLiftInterval(momentsOfRate(0, 1_000), many)).toBeUndefined()
  expect(fixedLiftInterval(many, few)?.high).toBeLessThan(0)
})

test('groups without any spread leave no doubt of the lift', () => {
  const exact = { count: 5_639, mean: 0.09416563220429154, variance: 0 }
  const { low, high } = liftInterval(exact, { ...exact, mean: exact.mean * 1.1 }, 3) ?? { low: NaN, high: NaN }
  expect([low, high].map((end) => end.toFixed(9))).toEqual(['0.100000000', '0.100000000'])
  for (let mean = 0.001; mean < 1; mean += 0.001)
    expect(liftInterval({ ...exact, mean }, { ...exact, mean: mean * 1.7 }, 3)?.low).toBeCloseTo(0.7, 6)
})
