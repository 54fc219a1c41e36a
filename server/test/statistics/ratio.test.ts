import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chiSquareTail } from '../../src/statistics/distributions.ts'
import { testRatio } from '../../src/statistics/ratio.ts'

function ofCounts(...counts: readonly number[]) {
  return testRatio(counts.map((count) => ({ count, weight: 1 })))
}

test('groups of the Hillstrom mailing raise no alarm', () => {
  // 64,000 customers in three groups of the same weight: https://blog.minethatdata.com/2008/03/minethatdata-e-mail-analytics-and-data.html
  const { chiSquare, pValue, isMismatch } = ofCounts(21_306, 21_307, 21_387)
  expect(chiSquare.toFixed(4)).toBe('0.2025')
  expect(pValue.toFixed(3)).toBe('0.904')
  expect(isMismatch).toBe(false)
})

test('losing a twentieth of the visitors of one group raises an alarm', () => {
  expect(ofCounts(21_306, 21_307, 21_387 * 0.95).isMismatch).toBe(true)
})

test('one of a hundred visitors that is lost is found among 300,000, and not among 30,000', () => {
  expect(ofCounts(148_500, 150_000)).toMatchObject({ pValue: expect.closeTo(0.006, 3), isMismatch: false })
  expect(ofCounts(495_000, 500_000).isMismatch).toBe(true)
})

test('weights are those of the shares, whatever they sum up to', () => {
  const shares = (scale: number) => [
    { count: 9_510, weight: 95 * scale },
    { count: 490, weight: 5 * scale },
  ]
  expect(testRatio(shares(1)).chiSquare).toBeCloseTo(10 ** 2 / 9_500 + 10 ** 2 / 500, 12)
  expect(testRatio(shares(0.01)).chiSquare).toBeCloseTo(testRatio(shares(1)).chiSquare, 12)
})

test('visitors of a variant that nobody can be drawn into raise an alarm', () => {
  const shares = [
    { count: 100, weight: 1 },
    { count: 1, weight: 0 },
  ]
  expect(testRatio(shares)).toMatchObject({ pValue: 0, isMismatch: true })
})

test('a variant without weight and visitors does not count', () => {
  const shares = [
    { count: 90, weight: 1 },
    { count: 110, weight: 1 },
  ]
  expect(testRatio([...shares, { count: 0, weight: 0 }])).toEqual(testRatio(shares))
})

test('nobody, and one variant alone, raise no alarm', () => {
  expect(ofCounts(0, 0).isMismatch).toBe(false)
  expect(ofCounts(10).isMismatch).toBe(false)
})

test('counts of any size, and as far off as may be, have a probability', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 2, maxLength: 100 })
  fc.assert(
    fc.property(counts, (all) => {
      const { pValue } = testRatio(all.map((count) => ({ count, weight: 1 })))
      expect(pValue).toBeGreaterThanOrEqual(0)
      expect(pValue).toBeLessThanOrEqual(1)
    }),
  )
  const near = fc.tuple(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 1, max: 99 }))
  fc.assert(
    fc.property(near, ([chiSquare, degrees]) => {
      expect(chiSquareTail(chiSquare, degrees)).toBeLessThanOrEqual(1)
    }),
    { numRuns: 2_000 },
  )
})
