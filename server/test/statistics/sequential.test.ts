import { assert, double, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { differenceOf, type Effect } from '../../src/statistics/effect.ts'
import { fixedInterval } from '../../src/statistics/fixed.ts'
import { criticalZ, logEvidence, mixtureFor, normalMixture } from '../../src/statistics/mixture.ts'
import { momentsOfRate } from '../../src/statistics/moments.ts'
import { sequentialInterval, sequentialPValue } from '../../src/statistics/sequential.ts'

const planned = integer({ min: 100, max: 10_000_000 })
const counts = integer({ min: 2, max: 100_000_000 })
const alphas = double({ min: 0.0001, max: 0.2, noNaN: true })
const zs = double({ min: -12, max: 12, noNaN: true })

function known(effect: Effect | undefined): Effect {
  if (!effect) throw new Error('nothing is known of the spread')
  return effect
}

function effectOf(z: number, count: number): Effect {
  return { value: z * 0.01, standardError: 0.01, count, degreesOfFreedom: count - 2 }
}

test('the evidence at the critical distance is 1 / alpha, on both sides', () => {
  assert(
    property(planned, counts, alphas, (visitors, count, alpha) => {
      for (const mixture of [mixtureFor(visitors), normalMixture(visitors)]) {
        const z = criticalZ(mixture, count, alpha)
        expect(logEvidence(mixture, z, count)).toBeCloseTo(-Math.log(alpha), 6)
        expect(logEvidence(mixture, -z, count)).toBe(logEvidence(mixture, z, count))
      }
    }),
  )
})

test('the p-value is below alpha exactly if the interval excludes 0', () => {
  assert(
    property(planned, counts, alphas, zs, (visitors, count, alpha, z) => {
      const mixture = mixtureFor(visitors)
      const effect = effectOf(z, count)
      const { low, high } = sequentialInterval(effect, mixture, alpha)
      const pValue = sequentialPValue(effect, mixture)
      if (Math.abs(pValue - alpha) < 1e-9) return
      expect(low > 0 || high < 0).toBe(pValue < alpha)
    }),
  )
})

test('a mixture around 0 has the closed form of Waudby-Smith et al.', () => {
  assert(
    property(planned, counts, (visitors, count) => {
      const mixture = normalMixture(visitors)
      const grown = count * mixture.spread ** 2 + 1
      const expected = Math.sqrt((2 * grown * Math.log(Math.sqrt(grown) / 0.05)) / (grown - 1))
      expect(criticalZ(mixture, count, 0.05) / expected).toBeCloseTo(1, 9)
    }),
  )
})

test('evidence is convex in the distance, so that the search for its root cannot leave it', () => {
  assert(
    property(planned, counts, double({ min: 0, max: 30, noNaN: true }), (visitors, count, z) => {
      const mixture = mixtureFor(visitors)
      const [before, at, after] = [z, z + 0.5, z + 1].map((one) => logEvidence(mixture, one, count))
      expect((before ?? NaN) + (after ?? NaN)).toBeGreaterThanOrEqual(2 * (at ?? NaN) - 1e-6)
    }),
  )
})

test('the always-valid interval is 1.43 times as wide as the fixed one at the planned number, and wider away from it', () => {
  const widths = [0.01, 0.1, 0.25, 0.5, 1, 2, 4, 10, 100].map((share) => {
    const rate = momentsOfRate(share * 5_000, share * 50_000)
    const difference = known(differenceOf(rate, rate))
    return sequentialInterval(difference, mixtureFor(100_000)).high / fixedInterval(difference).high
  })
  expect(widths.map((width) => Number(width.toFixed(2)))).toEqual([
    6.19, 2.22, 1.67, 1.48, 1.43, 1.49, 1.62, 1.82, 2.24,
  ])
})

test('an interval shrinks to nothing as visitors come', () => {
  const widths = [1_000, 10_000, 100_000, 1_000_000, 100_000_000].map((count) => {
    const rate = momentsOfRate(count / 10, count)
    return sequentialInterval(known(differenceOf(rate, rate)), mixtureFor(100_000)).high
  })
  widths.slice(1).forEach((width, index) => expect(width).toBeLessThan(widths[index] ?? 0))
  expect(widths.at(-1)).toBeLessThan(0.001)
})
