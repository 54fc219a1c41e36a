import type { Goal } from 'prepaint/engine'
import type { DatedPlan } from '../../src/tally/plan.ts'
import type { Arrivals, Cohort, Outcomes, SiteTallies } from '../../src/tally/tallies.ts'

const DAY_MS = 86_400_000

/** The day on which made-up experiments begin: 2026-03-01. */
export const FIRST_DAY = 20_513

/** An order with a value, confirmed by servers. */
export const ORDER: Goal = {
  id: 'order-1',
  name: 'order',
  event: 'Order Completed',
  from: 'server',
  of: 'total',
  currency: 'EUR',
  most: 1_000,
  withinMs: 3 * DAY_MS,
  isPrimary: true,
}

/** A sign-up, which counts 1. */
export const SIGN_UP: Goal = {
  id: 'sign-up-1',
  name: 'sign-up',
  event: 'Signed Up',
  from: 'server',
  withinMs: DAY_MS,
  isPrimary: true,
}

/** The plan of one experience with a control and a variant. */
export function planOf({ goals = [SIGN_UP], ...rest }: Partial<DatedPlan> = {}): DatedPlan {
  return {
    version: 'v1',
    fromMs: FIRST_DAY * DAY_MS,
    goals,
    experiences: [
      {
        id: 'spring',
        slot: 'hero',
        seed: 'spring',
        variants: [
          { id: 'control', share: 0.5, isControl: true },
          { id: 'flowers', share: 0.5 },
        ],
      },
    ],
    ...rest,
  }
}

/** One day of one variant, as it happened. */
export interface MadeUpDay {
  variant: string
  day: number
  visitors: number
  converted: number
  /** Of all of them, in hundredths: each who converted has the same. */
  valueEach?: number
  late?: number
  period?: number
  experience?: string
  seed?: string
  goal?: string
}

/** The instant at which everything of a number of days is closed for a goal. */
export function endOf(days: number, { withinMs }: Goal = SIGN_UP): number {
  return (FIRST_DAY + days) * DAY_MS + withinMs
}

/** Counts that days have come to. */
export function talliesOf(days: readonly MadeUpDay[], given: Partial<SiteTallies> = {}): SiteTallies {
  const cohort = ({ experience = 'spring', seed = experience, variant, day }: MadeUpDay): Cohort => ({
    ...{ experience, seed, variant },
    day: FIRST_DAY + day,
  })
  return {
    site: 'shop',
    plans: [planOf()],
    periods: [
      { experience: 'spring', seed: 'spring', fromMs: FIRST_DAY * DAY_MS, shares: { control: 0.5, flowers: 0.5 } },
    ],
    arrivals: days.map((one): Arrivals => {
      const { visitors, late = 0, period = 0 } = one
      const delivered = { shown: visitors - late, control: 0, late, failed: 0 }
      return { ...cohort(one), period, assigned: visitors, fresh: visitors, seen: visitors - late, delivered }
    }),
    outcomes: days.map((one): Outcomes => {
      const { visitors, converted, valueEach = 100, goal = SIGN_UP.id } = one
      const value = BigInt(converted) * BigInt(valueEach)
      const before = { before: 0n, beforeSquares: 0n, products: 0n }
      return { ...cohort(one), goal, visitors, converted, value, squares: value * BigInt(valueEach), ...before }
    }),
    segments: [],
    flaws: [],
    erased: 0,
    untilMs: endOf(100),
    ...given,
  }
}

/** So many days with the same numbers: of each variant its visitors and those who converted. */
export function steadyDays(
  days: number,
  daily: { readonly [variant: string]: readonly [visitors: number, converted: number] },
  more: Partial<MadeUpDay> = {},
): MadeUpDay[] {
  return Array.from({ length: days }, (_, day) =>
    Object.entries(daily).map(([variant, [visitors, converted]]) => ({ variant, day, visitors, converted, ...more })),
  ).flat()
}
