import { expect, test } from 'vitest'
import { mergeGaps, msInGaps } from '../../lab/load/gaps.ts'

test('gaps of two event loops that overlap are counted once', () => {
  const gaps = mergeGaps([
    { fromMs: 50, untilMs: 60 },
    { fromMs: 10, untilMs: 20 },
    { fromMs: 15, untilMs: 30 },
    { fromMs: 30, untilMs: 31 },
    { fromMs: 16, untilMs: 17 },
  ])
  expect(gaps).toEqual([
    { fromMs: 10, untilMs: 31 },
    { fromMs: 50, untilMs: 60 },
  ])
})

test('of a stretch of time only what lies in gaps is told', () => {
  const gaps = [
    { fromMs: 10, untilMs: 20 },
    { fromMs: 50, untilMs: 60 },
  ]
  expect(msInGaps({ fromMs: 0, untilMs: 10 }, gaps)).toBe(0)
  expect(msInGaps({ fromMs: 15, untilMs: 55 }, gaps)).toBe(10)
  expect(msInGaps({ fromMs: 12, untilMs: 13 }, gaps)).toBe(1)
})
