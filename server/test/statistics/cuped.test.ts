import { expect, test } from 'vitest'
import { createRandom } from '../../src/loadtest/random.ts'
import { adjustByKnown, type PairedSums } from '../../src/statistics/cuped.ts'
import { differenceOf } from '../../src/statistics/effect.ts'
import { momentsOf } from '../../src/statistics/moments.ts'

interface Visitor {
  value: number
  before: number
}

const SEED = 20_130_204

/** Visitors whose value is what they spent before, in part, and chance. */
function visitorsOf(random: () => number, count: number, { share, more }: { share: number; more: number }): Visitor[] {
  return Array.from({ length: count }, () => {
    const before = Math.floor(random() * 10_000)
    return { before, value: Math.round(share * before + (1 - share) * 10_000 * random()) + more }
  })
}

function sumsOf(visitors: readonly Visitor[]): PairedSums {
  const total = (of: (visitor: Visitor) => number): bigint =>
    visitors.reduce((sum, visitor) => sum + BigInt(of(visitor)), 0n)
  return {
    visitors: visitors.length,
    value: total(({ value }) => value),
    squares: total(({ value }) => value ** 2),
    before: total(({ before }) => before),
    beforeSquares: total(({ before }) => before ** 2),
    products: total(({ value, before }) => value * before),
  }
}

function groupsOf(share: number, more = 0): [Visitor[], Visitor[]] {
  const random = createRandom(SEED)
  return [visitorsOf(random, 2_000, { share, more: 0 }), visitorsOf(random, 3_000, { share, more })]
}

test("adjusted moments are those of the visitors' adjusted values, and theta is that of all of them", () => {
  const groups = groupsOf(0.6, 200)
  const all = groups.flat()
  const mean = (of: (visitor: Visitor) => number, visitors: readonly Visitor[] = all): number =>
    visitors.reduce((sum, visitor) => sum + of(visitor), 0) / visitors.length
  // Deviations from each group's own means: what the variant changes is no part of theta.
  const parts = groups.map((group) => {
    const [value, before] = [mean((one) => one.value, group), mean((one) => one.before, group)]
    return group.map((one) => ({ value: one.value - value, before: one.before - before }))
  })
  const theta = mean((one) => one.value * one.before, parts.flat()) / mean((one) => one.before ** 2, parts.flat())
  const meanBefore = mean(({ before }) => before)
  const adjusted = adjustByKnown(groups.map(sumsOf), 100)
  groups.forEach((group, index) => {
    const values = group.map(({ value, before }) => (value - theta * (before - meanBefore)) / 100)
    const expected = values.reduce((sum, value) => sum + value, 0) / values.length
    const squares = values.reduce((sum, value) => sum + (value - expected) ** 2, 0)
    expect(adjusted?.moments[index]?.count).toBe(group.length)
    expect(adjusted?.moments[index]?.mean).toBeCloseTo(expected, 9)
    expect(adjusted?.moments[index]?.variance).toBeCloseTo(squares / (values.length - 1), 6)
  })
})

test('the variance shrinks by the squared correlation, and the estimate stays', () => {
  const groups = groupsOf(0.6, 200).map(sumsOf)
  const adjusted = adjustByKnown(groups)
  const [control, variant] = groups.map((group) => momentsOf(group))
  const [calm, calmVariant] = adjusted?.moments ?? []
  if (!adjusted || !control || !variant || !calm || !calmVariant) throw new Error('nothing was adjusted')
  // Parts 0.6 and 0.4 of two independent values with the same spread: 0.36 / (0.36 + 0.16).
  expect(adjusted.explained).toBeCloseTo(0.36 / 0.52, 1)
  expect((calm.variance + calmVariant.variance) / (control.variance + variant.variance)).toBeCloseTo(
    1 - adjusted.explained,
    1,
  )
  const errors = [differenceOf(control, variant), differenceOf(calm, calmVariant)].map(
    (effect) => effect?.standardError,
  )
  expect(errors[1]).toBeLessThan(0.6 * (errors[0] ?? 0))
})

test('nothing is adjusted if what was known tells less than one percent', () => {
  expect(adjustByKnown(groupsOf(0.02).map(sumsOf))).toBeUndefined()
  expect(adjustByKnown(groupsOf(0.3).map(sumsOf))?.explained).toBeGreaterThan(0.1)
})

test('nothing is adjusted if nobody was known, all spent the same, or nobody came', () => {
  const strangers = groupsOf(0.6).map((group) => sumsOf(group.map(({ value }) => ({ value, before: 0 }))))
  expect(adjustByKnown(strangers)).toBeUndefined()
  const same = groupsOf(0.6).map((group) => sumsOf(group.map(({ before }) => ({ value: 100, before }))))
  expect(adjustByKnown(same)).toBeUndefined()
  expect(adjustByKnown([sumsOf([]), sumsOf([])])).toBeUndefined()
})

test('a group of one visitor and one of none keep their own moments', () => {
  const [many = []] = groupsOf(0.6)
  const adjusted = adjustByKnown([sumsOf(many), sumsOf([{ value: 5_000, before: 10 }]), sumsOf([])])
  expect(adjusted?.moments[1]).toEqual({ count: 1, mean: 5_000, variance: 0 })
  expect(adjusted?.moments[2]).toEqual({ count: 0, mean: 0, variance: 0 })
})
