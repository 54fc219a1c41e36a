import { expect, test } from 'vitest'
import { differenceOf, liftOf } from '../../src/statistics/effect.ts'
import { carriersOf, isEnough, LEAST_CARRIERS } from '../../src/statistics/enough.ts'
import { momentsOf, momentsOfRate } from '../../src/statistics/moments.ts'

const some = momentsOfRate(50, 1_000)

test('a lift is the difference over the mean of the control, and its error that of a ratio of two means', () => {
  const better = momentsOfRate(60, 1_000)
  const lift = liftOf(some, better)
  expect(lift?.value).toBeCloseTo(0.2, 12)
  // A control of a hundred million visitors has no error of its own: it only scales the difference.
  const known = momentsOfRate(5_000_000, 100_000_000)
  expect(liftOf(known, better)?.standardError).toBeCloseTo(
    (differenceOf(known, better)?.standardError ?? NaN) / 0.05,
    4,
  )
})

test('there is no lift over a control that earned nothing', () => {
  expect(liftOf(momentsOfRate(0, 1_000), some)).toBeUndefined()
  expect(differenceOf(momentsOfRate(0, 1_000), some)?.value).toBe(0.05)
})

test('there is no effect without a spread: nobody, one visitor, or the same value for everybody', () => {
  expect(differenceOf(momentsOfRate(0, 0), some)).toBeUndefined()
  expect(liftOf(some, momentsOfRate(1, 1))).toBeUndefined()
  expect(differenceOf(momentsOfRate(1_000, 1_000), momentsOfRate(1_000, 1_000))).toBeUndefined()
})

test('the carriers of a rate are those who converted', () => {
  expect(carriersOf(some)).toBeCloseTo(50, 9)
  expect(carriersOf(momentsOfRate(0, 1_000))).toBe(0)
  expect(isEnough(some, momentsOfRate(LEAST_CARRIERS - 1, 1_000))).toBe(false)
  expect(isEnough(some, momentsOfRate(LEAST_CARRIERS, 1_000))).toBe(true)
})

test('one large value among many small ones leaves few carriers', () => {
  // 99 of 1.00 and one of 1,000.00, among 10,000 visitors.
  const sums = { visitors: 10_000, value: 99n * 100n + 100_000n, squares: 99n * 100n ** 2n + 100_000n ** 2n }
  expect(carriersOf(momentsOf(sums, 100))).toBeCloseTo(1.2, 1)
})
