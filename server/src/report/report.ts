/** Reason for not giving a verdict, as a code. */
export type Doubt =
  'too_few' | 'early' | 'ratio' | 'unconfirmed' | 'delivery' | 'no_control' | 'no_goal' | 'value_flaws'

/** Something that a reader has to know about the numbers. */
export interface Remark {
  /** For programs. */
  code: string
  /** For people: a sentence. */
  message: string
}

/** An interval of the difference of a variant to another one. */
export interface Interval {
  /** Relative: 0.04 is 4 % more. */
  lift: number
  low: number
  high: number
}

/** A verdict about one variant, or why there is none. */
export interface Verdict {
  kind: 'better' | 'worse' | 'no_verdict'
  /** Absent with a verdict. */
  doubt?: Doubt
  /** A sentence without technical terms. */
  sentence: string
  /** Days until there may be a verdict at this rate; absent if none can be foreseen. */
  daysLeft?: number
}

/** Visitors of a variant, and what was delivered to them. */
export interface VariantReport {
  id: string
  /** True for the variant that leaves the page as it is. */
  isControl: boolean
  /** True for visitors who are held out. */
  isHoldout: boolean
  assigned: number
  seen: number
  /** By the first assignment's outcome; shares of `assigned`. */
  lateShare: number
  failedShare: number
}

/** Visitors of a variant and a goal. */
export interface VariantOutcome {
  variant: string
  /** All who count for the goal. */
  visitors: number
  converted: number
  /** `converted` a visitor. */
  rate: number
  /** Sum of values, in units of the goal's value; of a goal without value the occurrences. */
  value: number
  perVisitor: number
  /** The same of those whose time for the goal is over; intervals are of these alone. */
  closed: { visitors: number; converted: number; rate: number; perVisitor: number }
}

/** A variant against another one. */
export interface Comparison {
  variant: string
  against: string
  metric: 'rate' | 'per_visitor'
  /** Absent while nothing can be said, such as against a group without any occurrence. */
  interval?: Interval
  /** Probability of such a difference by chance; with several variants, by Holm. */
  p?: number
  /** Share of the variance that is explained by what was known before; absent where it was not used. */
  explained?: number
  /** Interval at the end of each day, for a plot: the oldest first. */
  overTime: readonly { atMs: number; interval: Interval }[]
  verdict: Verdict
}

/** A segment of visitors. Differences between segments are for looking into, not for deciding. */
export interface SegmentReport {
  by: 'device' | 'source'
  is: string
  variants: readonly VariantOutcome[]
}

/** A goal of an experience. */
export interface GoalReport {
  name: string
  isPrimary: boolean
  /** `server` if only servers confirm it. */
  from?: 'server'
  hasValue: boolean
  currency?: string
  withinMs: number
  /** Time since which it has its present meaning, in ms since 1970. */
  sinceMs: number
  variants: readonly VariantOutcome[]
  comparisons: readonly Comparison[]
  /** Of the primary goal; empty for others. */
  segments: readonly SegmentReport[]
}

/** Sample-ratio test of a stretch of time with unchanged shares. */
export interface RatioTest {
  fromMs: number
  variants: readonly { id: string; expected: number; counted: number }[]
  /** Probability of such counts if assignment and reports are sound. */
  p: number
  isSound: boolean
}

/** An experience, or the site as a whole. */
export interface ExperienceReport {
  /** `*` for the site as a whole. */
  id: string
  slot?: string
  /** `gone`: no longer in the catalog. */
  state: 'running' | 'off' | 'ended' | 'gone'
  /** First assignment that is counted, in ms since 1970; absent before there is one. */
  fromMs?: number
  /** The verdict on the primary goal, of the best variant if there are several. */
  verdict: Verdict
  variants: readonly VariantReport[]
  goals: readonly GoalReport[]
  ratios: readonly RatioTest[]
  remarks: readonly Remark[]
}

/** Report of a site: its JSON is what `--json` prints and `GET /v1/report` answers. */
export interface Report {
  v: 1
  site: string
  /** Version of the catalog in force. */
  catalog: string
  /** Time that the numbers are of, in ms since 1970. */
  atMs: number
  interval: 'always_valid' | 'fixed'
  /** 0.95. */
  confidence: number
  /** The site as a whole; absent without a holdout. */
  whole?: ExperienceReport
  experiences: readonly ExperienceReport[]
  erased: number
  remarks: readonly Remark[]
}
