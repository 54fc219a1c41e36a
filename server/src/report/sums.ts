import type { Cohort, Sums } from '../tally/tallies.ts'

const DAY_MS = 86_400_000

/** The sums of nobody. */
export const NOBODY: Sums = {
  visitors: 0,
  converted: 0,
  value: 0n,
  squares: 0n,
  before: 0n,
  beforeSquares: 0n,
  products: 0n,
}

/** Adds two groups of visitors that have nobody in common. */
export function together(one: Sums, other: Sums): Sums {
  return {
    visitors: one.visitors + other.visitors,
    converted: one.converted + other.converted,
    value: one.value + other.value,
    squares: one.squares + other.squares,
    before: one.before + other.before,
    beforeSquares: one.beforeSquares + other.beforeSquares,
    products: one.products + other.products,
  }
}

/** Adds any number of groups. */
export function total(all: Iterable<Sums>): Sums {
  let sum = NOBODY
  for (const one of all) sum = together(sum, one)
  return sum
}

/** The instant from which nothing that a cohort's visitors do counts for the goal any more, in ms since 1970. */
export function closesMs({ day }: Pick<Cohort, 'day'>, withinMs: number): number {
  return (day + 1) * DAY_MS + withinMs
}

/** The first day that lies wholly at or behind an instant. */
export function firstWholeDay(atMs: number): number {
  return Math.ceil(atMs / DAY_MS)
}

/** Numbers as people read them: values in their units, and a visitor. */
export function readable({ visitors, converted, value }: Sums): {
  visitors: number
  converted: number
  rate: number
  value: number
  perVisitor: number
} {
  const units = Number(value) / 100
  const each = (sum: number): number => (visitors === 0 ? 0 : sum / visitors)
  return { visitors, converted, rate: each(converted), value: units, perVisitor: each(units) }
}
