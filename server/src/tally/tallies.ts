import type { DatedPlan } from './plan.ts'

/**
 * The whole site, as if it were an experience: each visitor belongs to it from the first event on, by the place in the holdout
 * alone. Its variants are `HOLDOUT` and `PERSONALISED`, its seed is the holdout's. No catalog can have this id.
 */
export const WHOLE_SITE = '*'

/** The variant of visitors who are held out. */
export const HOLDOUT = 'holdout'

/** The variant of {@link WHOLE_SITE} for all others. */
export const PERSONALISED = 'personalised'

/** Visitors of one experience, as one seed has assigned them, in one variant. */
export interface Group {
  experience: string
  seed: string
  variant: string
}

/** Group of visitors who were first assigned on one day. */
export interface Cohort extends Group {
  /** The day by UTC, counted from 1970-01-01. */
  day: number
}

/** Fate of a variant in the page, at a visitor's first assignment. */
export type Delivery = 'shown' | 'control' | 'late' | 'failed'

/** Visitors of a cohort by what they met. */
export interface Arrivals extends Cohort {
  /** Number of the period of unchanged shares, from 0: index in `SiteTallies.periods`. */
  period: number
  /** Visitors who were first assigned. */
  assigned: number
  /** Of them, those whom the shares of this very period have assigned: not from a browser's cache of an earlier version. */
  fresh: number
  /** Of them, those who have seen it for a second. */
  seen: number
  /** By the first assignment's outcome. */
  delivered: { readonly [Name in Delivery]: number }
}

/** Sums over visitors. Values are whole hundredths, capped at the goal's `most`; of a goal without value, the number of occurrences in hundredths. */
export interface Sums {
  /** Visitors who count for the goal: first assigned since it has its present meaning. */
  visitors: number
  /** Of them, those with at least one occurrence within the goal's time. */
  converted: number
  /** Sum of values, and of their squares. */
  value: bigint
  squares: bigint
  /** The same goal in as long a time before the assignment: sum, sum of squares, and of products with the value. */
  before: bigint
  beforeSquares: bigint
  products: bigint
}

/** Sums of a cohort and a goal. */
export interface Outcomes extends Cohort, Sums {
  /** Id of the goal. */
  goal: string
}

/** Sums of a group and the primary goal, by a property of the visitor at the first assignment. */
export interface SegmentOutcomes extends Group, Sums {
  goal: string
  /** `device`: `mobile`, `tablet`, `desktop` or `unknown`. `source`: `utm_source`, the referring host, `direct`, or `other` beyond the first 20. */
  by: 'device' | 'source'
  is: string
}

/** A stretch of time in which an experience's shares did not change. */
export interface Period {
  experience: string
  seed: string
  fromMs: number
  /** Expected share of each variant; with the holdout's where there is one. They make 1. */
  shares: { readonly [variant: string]: number }
}

/** Events that name a goal and were not counted, or were counted otherwise than sent. */
export interface GoalFlaws {
  goal: string
  /** Values that are no number, negative ones, and those in another currency: not counted. */
  notNumber: number
  negative: number
  otherCurrency: number
  /** From a browser, for a goal that only servers confirm: not counted. */
  unconfirmed: number
  /** Visitors whose value was cut to the goal's `most`. */
  capped: number
}

/** All that is counted of one site. Everything in it follows from the log, whatever the order in which events came. */
export interface SiteTallies {
  site: string
  /** All plans, oldest first. */
  plans: readonly DatedPlan[]
  periods: readonly Period[]
  arrivals: readonly Arrivals[]
  outcomes: readonly Outcomes[]
  segments: readonly SegmentOutcomes[]
  flaws: readonly GoalFlaws[]
  /** Visitors who were erased, and are in none of the sums. */
  erased: number
  /** Time at which the last record that is counted was taken in, in ms since 1970. */
  untilMs: number
  /** Time of the first record that is counted, if the log had lost those of before; in ms since 1970. */
  sinceMs?: number
}
