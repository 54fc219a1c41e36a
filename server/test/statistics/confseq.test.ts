import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { differenceOf } from '../../src/statistics/effect.ts'
import { isEnough } from '../../src/statistics/enough.ts'
import { mixtureFor } from '../../src/statistics/mixture.ts'
import { momentsOfRate } from '../../src/statistics/moments.ts'
import { sequentialInterval } from '../../src/statistics/sequential.ts'
import { boundOf, gammaExponential, logEvidenceOf } from './gamma-exponential.ts'

/** A visitor of the stream, and what is known after it. */
interface Row {
  outcome: number
  isTreated: boolean
  estimate: number
  high: number
  low: number
  pValue: number
}

const file = new URL('fixtures/confseq-ate/ate_data.csv', import.meta.url)

const rows: Row[] = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [, , outcome = NaN, treatment, estimate = NaN, high = NaN, low = NaN, pValue = NaN] = line
      .split(',')
      .map((cell) => Number(cell.replaceAll('"', '')))
    return { outcome, isTreated: treatment === 1, estimate, high, low, pValue }
  })

/** Half of the visitors are treated, outcomes lie between 0 and 1 with a variance near 0.16, and 50 visitors are planned. */
const PROPENSITY = 0.5
const mixture = gammaExponential({
  variance: 50 * 0.16 * (1 / PROPENSITY + 1 / PROPENSITY),
  alpha: 0.025,
  scale: 2 / PROPENSITY,
})

/** Group of the visitors so far. */
interface Seen {
  count: number
  sum: number
}

/** Prediction of an outcome from those seen before. No one is predicted to be in the middle; after others without this treatment, 0, as in confseq. */
function predict({ count, sum }: Seen, place: number): number {
  return place === 0 ? 0.5 : sum / Math.max(1, count)
}

test("confseq's bounds and p-values after each of 1,000 visitors come out again", () => {
  // The method is a gamma-exponential mixture of outcomes weighted by propensity, written down for this test alone: it needs outcomes with
  // bounds and their order. Reports have sums, and use a mixture for large numbers, which is compared with it below.
  const treated: Seen = { count: 0, sum: 0 }
  const others: Seen = { count: 0, sum: 0 }
  let sum = 0
  let variance = 0
  expect(rows).toHaveLength(1_000)
  rows.forEach((row, index) => {
    const predictions = { treated: predict(treated, index), others: predict(others, index) }
    const effect = predictions.treated - predictions.others
    const group = row.isTreated ? treated : others
    const weight = row.isTreated ? 1 / PROPENSITY : -1 / (1 - PROPENSITY)
    const surprise = weight * (row.outcome - (row.isTreated ? predictions.treated : predictions.others))
    sum += effect + surprise
    variance += surprise ** 2
    group.count += 1
    group.sum += row.outcome
    const place = index + 1
    const radius = boundOf(mixture, variance, 0.025) / place
    expect(sum / place).toBeCloseTo(row.estimate, 9)
    expect(Math.min(1, sum / place + radius)).toBeCloseTo(row.high, 6)
    expect(Math.max(-1, sum / place - radius)).toBeCloseTo(row.low, 6)
    expect(Math.min(1, Math.exp(-logEvidenceOf(mixture, sum, variance)))).toBeCloseTo(row.pValue, 6)
  })
})

test("our interval lies within confseq's, which assumes nothing of large numbers, as soon as there are enough visitors", () => {
  const groups = { treated: { count: 0, sum: 0 }, others: { count: 0, sum: 0 } }
  let compared = 0
  for (const { outcome, isTreated, low, high } of rows) {
    const group = isTreated ? groups.treated : groups.others
    group.count += 1
    group.sum += outcome
    const control = momentsOfRate(groups.others.sum, groups.others.count)
    const variant = momentsOfRate(groups.treated.sum, groups.treated.count)
    const difference = differenceOf(control, variant)
    if (!difference || !isEnough(control, variant)) continue
    compared += 1
    const interval = sequentialInterval(difference, mixtureFor(1_000))
    expect(interval.low).toBeGreaterThan(low)
    expect(interval.high).toBeLessThan(high)
  }
  expect(compared).toBeGreaterThan(400)
})
