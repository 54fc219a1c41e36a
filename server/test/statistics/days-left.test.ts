import { assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { daysLeft } from '../../src/statistics/days-left.ts'
import { differenceOf, type Effect } from '../../src/statistics/effect.ts'
import { mixtureFor } from '../../src/statistics/mixture.ts'
import { momentsOfRate } from '../../src/statistics/moments.ts'
import { sequentialInterval } from '../../src/statistics/sequential.ts'

const mixture = mixtureFor(11_200)
const VISITORS_A_DAY = 400

function afterDays(days: number, variantRate: number): Effect {
  const visitors = (days * VISITORS_A_DAY) / 2
  const effect = differenceOf(momentsOfRate(0.1 * visitors, visitors), momentsOfRate(variantRate * visitors, visitors))
  if (!effect) throw new Error('nothing is known of the spread')
  return effect
}

function excludesZero(effect: Effect): boolean {
  const { low, high } = sequentialInterval(effect, mixture)
  return low > 0 || high < 0
}

test('the forecast comes true if the effect stays as it is: on that day the interval excludes 0, and on the day before it does not', () => {
  assert(
    property(integer({ min: 2, max: 20 }), integer({ min: 115, max: 135 }), (days, thousandths) => {
      const rate = thousandths / 1_000
      const left = daysLeft(afterDays(days, rate), { visitorsPerDay: VISITORS_A_DAY, mixture })
      if (left === undefined) throw new Error('no forecast')
      expect(excludesZero(afterDays(days + left, rate))).toBe(true)
      if (left > 0) expect(excludesZero(afterDays(days + left - 1, rate))).toBe(false)
    }),
  )
})

test('nothing is left to wait for once the interval excludes 0', () => {
  expect(daysLeft(afterDays(28, 0.13), { visitorsPerDay: VISITORS_A_DAY, mixture })).toBe(0)
})

test('there is no forecast beyond a year, for an effect of 0, and for a site without visitors', () => {
  expect(daysLeft(afterDays(7, 0.101), { visitorsPerDay: VISITORS_A_DAY, mixture })).toBeUndefined()
  expect(daysLeft(afterDays(7, 0.1), { visitorsPerDay: VISITORS_A_DAY, mixture })).toBeUndefined()
  expect(daysLeft(afterDays(7, 0.12), { visitorsPerDay: 0, mixture })).toBeUndefined()
})

test('the smallest effect worth knowing can take the place of the observed one', () => {
  const unclear = afterDays(7, 0.101)
  const days = daysLeft(unclear, { visitorsPerDay: VISITORS_A_DAY, mixture, value: 0.02 })
  expect(days).toBeGreaterThan(7)
  expect(days).toBeLessThan(28)
  expect(daysLeft(unclear, { visitorsPerDay: VISITORS_A_DAY, mixture, value: -0.02 })).toBe(days)
})
