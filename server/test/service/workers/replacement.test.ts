import { expect, test } from 'vitest'
import { createPauses } from '../../../src/service/workers/replacement.ts'

test('a process that ends is replaced at once, and one that keeps ending ever later, within 5 s', () => {
  const pauseAfter = createPauses()
  expect(Array.from({ length: 9 }, () => pauseAfter(100))).toEqual([0, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
})

test('a process that has lived for 10 s is replaced at once, whatever was before', () => {
  const pauseAfter = createPauses()
  for (let ends = 0; ends < 5; ends++) pauseAfter(0)
  expect(pauseAfter(10_000)).toBe(0)
  expect(pauseAfter(9_999)).toBe(100)
})
