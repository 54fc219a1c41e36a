import { array, assert, double, property } from 'fast-check'
import { expect, test } from 'vitest'
import { adjustByHolm } from '../../src/statistics/holm.ts'

test('the smallest of three p-values counts three times, the next twice, and none less than one before it', () => {
  const adjusted = adjustByHolm([0.02, 0.001, 0.03]).map((pValue) => Number(pValue.toFixed(9)))
  expect(adjusted).toEqual([0.04, 0.003, 0.04])
})

test('one p-value alone stays as it is, and none is above 1', () => {
  expect(adjustByHolm([0.04])).toEqual([0.04])
  expect(adjustByHolm([0.6, 0.7])).toEqual([1, 1])
  expect(adjustByHolm([])).toEqual([])
})

test('adjusted p-values are in the same order, at least as large as before, and at most as large as with Bonferroni', () => {
  const pValues = array(double({ min: 0, max: 1, noNaN: true }), { maxLength: 10 })
  assert(
    property(pValues, (before) => {
      const after = adjustByHolm(before)
      before.forEach((pValue, index) => {
        const adjusted = after[index] ?? NaN
        expect(adjusted).toBeGreaterThanOrEqual(pValue)
        expect(adjusted).toBeLessThanOrEqual(Math.min(1, pValue * before.length))
        before.forEach((other, place) => {
          if (other > pValue) expect(after[place]).toBeGreaterThanOrEqual(adjusted)
        })
      })
    }),
  )
})
