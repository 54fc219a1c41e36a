import { expect, test } from 'vitest'
import { createNewestTally } from '../../src/metrics/newest-tally.ts'

test('of more sums than there is room for the one that began first goes, whatever it counts', () => {
  const tally = createNewestTally(2)
  tally.add(['a', 'x'], 5)
  tally.add(['b', 'x'])
  tally.add(['a', 'x'])
  expect(tally.entries()).toEqual([
    [['a', 'x'], 6],
    [['b', 'x'], 1],
  ])
  tally.add(['c', 'x'])
  expect(tally.entries()).toEqual([
    [['b', 'x'], 1],
    [['c', 'x'], 1],
  ])
})
