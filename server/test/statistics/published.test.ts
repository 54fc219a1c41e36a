import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { adjustByKnown, type PairedSums } from '../../src/statistics/cuped.ts'
import { differenceOf, type Effect } from '../../src/statistics/effect.ts'
import { fixedInterval, fixedLiftInterval, fixedPValue } from '../../src/statistics/fixed.ts'
import { adjustByHolm } from '../../src/statistics/holm.ts'
import { criticalZ, logEvidence, type Mixture, normalMixture } from '../../src/statistics/mixture.ts'
import type { Moments } from '../../src/statistics/moments.ts'
import { testRatio } from '../../src/statistics/ratio.ts'

// Cases and their origin: fixtures/published/README.md.

interface Cases {
  welch: {
    control: Moments
    variant: Moments
    alpha: number
    pValue: number
    low: number
    high: number
    lift: [number, number] | null
  }
  sequential: { planned: number; count: number; z: number; alpha: number; critical: number; logEvidence: number }
  mixture: Mixture & { count: number; z: number; logEvidence: number }
  ratio: { counts: number[]; weights: number[]; chiSquare: number; pValue: number }
  holm: { pValues: number[]; adjusted: number[] }
  cuped: {
    groups: (Omit<PairedSums, SumName> & Record<SumName, number>)[]
    effect: number
    explained: number
    residuals: number
  }
}

type SumName = Exclude<keyof PairedSums, 'visitors'>

function read<Name extends keyof Cases>(name: Name): Cases[Name][] {
  const text = readFileSync(new URL(`fixtures/published/${name}.json`, import.meta.url), 'utf8')
  const cases = JSON.parse(text) as Cases[Name][]
  expect(cases.length).toBeGreaterThanOrEqual(200)
  return cases
}

/** Expects a number to be another one but for `tolerance` of it, or of 1e-9 if it is smaller than that. */
function expectNear(value: number | undefined, expected: number, tolerance = 1e-8): void {
  expect(Math.abs((value ?? NaN) - expected) / Math.max(Math.abs(expected), 1e-9)).toBeLessThan(tolerance)
}

function known(effect: Effect | undefined): Effect {
  if (!effect) throw new Error('nothing is known of the spread')
  return effect
}

test("Welch's p-values and intervals are those of scipy and statsmodels", () => {
  for (const { control, variant, alpha, pValue, low, high } of read('welch')) {
    const difference = known(differenceOf(control, variant))
    expectNear(fixedPValue(difference), pValue)
    const interval = fixedInterval(difference, alpha)
    const width = high - low
    expectNear((interval.low - low) / width + 1, 1)
    expectNear((interval.high - high) / width + 1, 1)
  }
})

test('intervals of lifts are those that a search finds', () => {
  for (const { control, variant, alpha, lift } of read('welch')) {
    const interval = fixedLiftInterval(control, variant, alpha)
    expect(interval === undefined).toBe(lift === null)
    if (!interval || !lift) continue
    expectNear(interval.low + 1, lift[0] + 1, 1e-6)
    expectNear(interval.high + 1, lift[1] + 1, 1e-6)
  }
})

test("always-valid bounds and evidence of a mixture around 0 are confseq's", () => {
  for (const { planned, count, z, alpha, critical, ...expected } of read('sequential')) {
    const mixture = normalMixture(planned)
    expectNear(criticalZ(mixture, count, alpha), critical)
    expectNear(logEvidence(mixture, z, count), expected.logEvidence)
  }
})

test('the evidence of a mixture with two peaks is what integration gives', () => {
  for (const { count, z, centre, spread, ...expected } of read('mixture')) {
    expect(logEvidence({ centre, spread }, z, count)).toBeCloseTo(expected.logEvidence, 8)
  }
})

test("sample-ratio tests are scipy's chi-square tests", () => {
  for (const { counts, weights, chiSquare, pValue } of read('ratio')) {
    const result = testRatio(counts.map((count, index) => ({ count, weight: weights[index] ?? 0 })))
    expectNear(result.chiSquare, chiSquare)
    expectNear(result.pValue, pValue)
  }
})

test("p-values by Holm are statsmodels'", () => {
  for (const { pValues, adjusted } of read('holm')) {
    adjustByHolm(pValues).forEach((pValue, index) => expectNear(pValue, adjusted[index] ?? NaN, 1e-12))
  }
})

test('effect and spread after CUPED are those of a regression on the group and on what was known', () => {
  const left: number[] = []
  for (const { groups, effect, explained, residuals } of read('cuped')) {
    const sums = groups.map(({ visitors, ...others }) => ({ visitors, ...bigints(others) }))
    const adjusted = adjustByKnown(sums)
    expect(adjusted === undefined).toBe(explained < 0.01)
    const [control, variant] = adjusted?.moments ?? []
    if (!adjusted || !control || !variant) continue
    expectNear(adjusted.explained, explained)
    expectNear(variant.mean - control.mean, effect, 1e-6)
    expectNear(control.variance * (control.count - 1) + variant.variance * (variant.count - 1), residuals)
    left.push(explained)
  }
  expect(left.length).toBeGreaterThan(100)
})

function bigints(sums: Record<SumName, number>): Record<SumName, bigint> {
  const entries = Object.entries(sums).map(([name, sum]) => [name, BigInt(sum)])
  return Object.fromEntries(entries) as Record<SumName, bigint>
}
