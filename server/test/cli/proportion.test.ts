import fc from 'fast-check'
import { expect, test } from 'vitest'
import { estimate } from '../../src/cli/proportion.ts'

test('a population of which all was looked at is counted, without an error', () => {
  expect(estimate(7, 20, 20)).toEqual({ count: 7, low: 7, high: 7 })
  expect(estimate(0, 0, 0)).toEqual({ count: 0, low: 0, high: 0 })
})

test('the interval is the one that Wilson gives, for a population that is far larger than the sample', () => {
  // 10 of 100: 5.52 to 17.44 % (Newcombe, "Two-sided confidence intervals for the single proportion", 1998, method 3).
  const { count, low, high } = estimate(10, 100, 1_000_000_000)
  expect(count).toBe(100_000_000)
  expect([low / 1e9, high / 1e9]).toEqual([expect.closeTo(0.0552, 4), expect.closeTo(0.1744, 4)])
})

test('the interval holds the estimate, and never denies what was seen', () => {
  const drawn = fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.nat(5_000), fc.nat(100_000))
  fc.assert(
    fc.property(drawn, ([sample, some, more]) => {
      const [hits, population] = [Math.min(sample, some), sample + more]
      const { count, low, high } = estimate(hits, sample, population)
      expect(low).toBeGreaterThanOrEqual(hits)
      expect(high).toBeLessThanOrEqual(population - (sample - hits))
      expect(count).toBeGreaterThanOrEqual(low)
      expect(count).toBeLessThanOrEqual(high)
    }),
  )
})

/** Number of hits among things drawn without replacement. */
function hitsOf(random: () => number, sample: number, { with: some, all }: { with: number; all: number }): number {
  let [hits, left, rest] = [0, some, all]
  for (let drawn = 0; drawn < sample; drawn++) {
    const isHit = random() * rest < left
    if (isHit) [hits, left] = [hits + 1, left - 1]
    rest -= 1
  }
  return hits
}

test.each([
  [1_000, 100, 30],
  [1_000, 400, 500],
  [10_000, 500, 100],
])(
  'of %i things of which %i are drawn and %i have a property, 95 of 100 intervals hold the number',
  (all, sample, some) => {
    // A generator with a seed (mulberry32): the same numbers in each run.
    let state = 20_261_129
    const random = (): number => {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
    }
    const runs = 2_000
    let held = 0
    for (let run = 0; run < runs; run++) {
      const { low, high } = estimate(hitsOf(random, sample, { with: some, all }), sample, all)
      if (low <= some && some <= high) held += 1
    }
    // Three standard errors below 95 % are 93.5 %.
    expect(held / runs).toBeGreaterThan(0.935)
  },
)
