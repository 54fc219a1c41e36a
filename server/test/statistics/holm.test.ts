import { array, assert, double, property } from 'fast-check'
import { expect, test } from 'vitest'
import { adjustByHolm, levelsByHolm } from '../../src/statistics/holm.ts'

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

test('a p-value is at most its level exactly if the adjusted one is at most alpha', () => {
  const pValues = array(double({ min: 0, max: 0.1, noNaN: true }), { maxLength: 6 })
  assert(
    property(pValues, (before) => {
      const adjusted = adjustByHolm(before)
      const levels = levelsByHolm(before, 0.05)
      before.forEach((pValue, index) => {
        const after = adjusted[index] ?? NaN
        if (Math.abs(after - 0.05) < 1e-12) return
        expect(pValue <= (levels[index] ?? NaN)).toBe(after <= 0.05)
      })
    }),
  )
})

test('levels sharpen with the number of comparisons, and stay where the first one fails', () => {
  expect(levelsByHolm([0.03, 0.001, 0.04], 0.06)).toEqual([0.03, 0.02, 0.06])
  expect(levelsByHolm([0.04, 0.001, 0.05], 0.06)).toEqual([0.03, 0.02, 0.03])
})
