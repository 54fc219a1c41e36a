import { array, assert, bigInt, property } from 'fast-check'
import { expect, test } from 'vitest'
import { momentsOf, momentsOfRate, type Sums } from '../../src/statistics/moments.ts'

function sumsOf(values: readonly bigint[]): Sums {
  return {
    visitors: values.length,
    value: values.reduce((sum, value) => sum + value, 0n),
    squares: values.reduce((sum, value) => sum + value ** 2n, 0n),
  }
}

/** Mean and unbiased variance in two passes over the values. */
function twoPasses(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) }
}

test('moments of sums are those of the values', () => {
  const amounts = array(bigInt({ min: 0n, max: 1_000_000n }), { minLength: 2, maxLength: 50 })
  assert(
    property(amounts, (values) => {
      const { mean, variance } = momentsOf(sumsOf(values), 100)
      const expected = twoPasses(values.map((value) => Number(value) / 100))
      expect(mean).toBeCloseTo(expected.mean, 6)
      expect(variance / (expected.variance || 1)).toBeCloseTo(expected.variance === 0 ? 0 : 1, 9)
    }),
  )
})

test('a small spread around a large value is not lost to rounding', () => {
  // A million visitors with 10,000,000.00 each, every second of them a hundredth more.
  const low = 1_000_000_000n
  const sums = {
    visitors: 1_000_000,
    value: 1_000_000n * low + 500_000n,
    squares: 500_000n * (low ** 2n + (low + 1n) ** 2n),
  }
  expect(momentsOf(sums).variance).toBeCloseTo(0.25 / 0.999999, 12)
})

test('nobody and one visitor have no spread', () => {
  expect(momentsOf(sumsOf([]))).toEqual({ count: 0, mean: 0, variance: 0 })
  expect(momentsOf(sumsOf([250n]), 100)).toEqual({ count: 1, mean: 2.5, variance: 0 })
  expect(momentsOfRate(0, 0)).toEqual({ count: 0, mean: 0, variance: 0 })
})
