import { expect, test } from 'vitest'
import { gainText, percentText, rangeText } from '../../src/report/words.ts'

test.each([
  [0.1234, '12'],
  [-0.0451, '4.5'],
  [0.0005, '0.1'],
  [0.000_4, '0.04'],
  [1e-9, '0.001'],
  [0, '0'],
])('%s is %s percent', (share, text) => {
  expect(percentText(share)).toBe(text)
})

test('a gain that is sure is never said to begin at nothing', () => {
  expect(gainText({ lift: 0.03, low: 0.000_2, high: 0.06 })).toBe('0.02 to 6 % more')
  expect(gainText({ lift: -0.03, low: -0.06, high: -0.000_2 })).toBe('0.02 to 6 % less')
  expect(rangeText({ lift: 0.01, low: -0.02, high: 0.04 })).toBe('between 2 % less and 4 % more')
})
