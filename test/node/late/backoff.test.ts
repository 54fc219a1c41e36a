import { expect, test } from 'vitest'
import { retryDelayMs } from '../../../src/late/backoff.ts'

test.each([
  [1, 1_000],
  [2, 2_000],
  [6, 32_000],
  [7, 60_000],
  [50, 60_000],
])('after %i failures the longest delay is %i ms', (failures, longestMs) => {
  expect(retryDelayMs(failures, null, () => 1)).toBe(longestMs)
  expect(retryDelayMs(failures, null, () => 0)).toBe(0)
})

test('the service may ask for a longer delay, but not for a shorter one', () => {
  expect(retryDelayMs(1, '120', () => 1)).toBe(120_000)
  expect(retryDelayMs(4, '1', () => 1)).toBe(8_000)
})

test.each(['Sat, 21 Nov 2026 08:00:00 GMT', 'soon', '', '-5'])('a Retry-After of "%s" counts as absent', (header) => {
  expect(retryDelayMs(1, header, () => 0.5)).toBe(500)
})
