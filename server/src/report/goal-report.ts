import { type SiteTallies, type Sums } from '../tally/tallies.ts'
import { closedBy, comparisons, type Pair } from './comparisons.ts'
import { goalDoubt } from './flaws.ts'
import type { GoalHistory } from './history.ts'
import { judge, type Withheld } from './judge.ts'
import type { GoalReport, SegmentReport, VariantOutcome } from './report.ts'
import { firstWholeDay, readable, total } from './sums.ts'

/** Visitors whose goals are reported, and how. */
export interface GoalSubject {
  tallies: SiteTallies
  experience: string
  seed: string
  /** In the order of the report. */
  variants: readonly string[]
  /** Families of comparisons, each corrected for its number. */
  families: readonly (readonly Pair[])[]
  /** Since when the shares are as they are, in ms since 1970; 0 if they have never changed. */
  sharesSinceMs: number
  atMs: number
  interval: 'always_valid' | 'fixed'
  /** Name of a variant for a reader. */
  callOf(variant: string): string
  /** Reason why no goal can decide between two variants. */
  doubtOf(pair: Pair): Withheld | undefined
}

function outcome(variant: string, all: Sums, closed: Sums): VariantOutcome {
  const { visitors, converted, rate, perVisitor } = readable(closed)
  return { variant, ...readable(all), closed: { visitors, converted, rate, perVisitor } }
}

function segments({ tallies, experience, seed, variants }: GoalSubject, goal: string): SegmentReport[] {
  const mine = tallies.segments.filter((one) => one.experience === experience && one.seed === seed && one.goal === goal)
  return [...Map.groupBy(mine, ({ by, is }) => JSON.stringify([by, is])).values()].map((parts) => {
    const { by, is } = parts[0] as (typeof parts)[number]
    const of = (variant: string): Sums => total(parts.filter((part) => part.variant === variant))
    return { by, is, variants: variants.map((variant) => outcome(variant, of(variant), of(variant))) }
  })
}

/** Makes the report of one goal. */
export function goalReport(subject: GoalSubject, history: GoalHistory): GoalReport {
  const { tallies, variants, families, sharesSinceMs, atMs, interval, callOf } = subject
  const { goal, sinceMs } = history
  const fromDay = firstWholeDay(sharesSinceMs)
  const cohorts = tallies.outcomes.filter(
    ({ experience, seed, goal: id, day }) =>
      experience === subject.experience && seed === subject.seed && id === goal.id && day >= fromDay,
  )
  const closed = closedBy(cohorts, goal.withinMs, atMs)
  const outcomes = variants.map((variant) => {
    const [all, over] = [cohorts, closed].map((some) => total(some.filter((one) => one.variant === variant)))
    return outcome(variant, all as Sums, over as Sums)
  })
  const converted = outcomes.reduce((sum, one) => sum + one.converted, 0)
  const doubt = goalDoubt(history, tallies, converted)
  const metrics = goal.of === undefined ? (['rate'] as const) : (['per_visitor', 'rate'] as const)
  const measured = families.flatMap((pairs) =>
    metrics.flatMap((metric) => comparisons({ history, cohorts, atMs, interval }, pairs, metric)),
  )
  return {
    name: goal.name,
    isPrimary: goal.isPrimary ?? false,
    ...(goal.from ? { from: goal.from } : {}),
    hasValue: goal.of !== undefined,
    ...(goal.currency === undefined ? {} : { currency: goal.currency }),
    withinMs: goal.withinMs,
    sinceMs,
    variants: outcomes,
    comparisons: measured.map(({ isEnough, daysLeft, ...comparison }) => {
      const { variant, against } = comparison
      const names = { subject: callOf(variant), against: callOf(against), goal: goal.name }
      const verdict = judge(
        { ...names, measured: { ...comparison, isEnough, daysLeft } },
        subject.doubtOf(comparison) ?? doubt,
      )
      return { ...comparison, verdict }
    }),
    // They know no days: after a change of shares they would mix groups of different ones.
    segments: goal.isPrimary && sharesSinceMs === 0 ? segments(subject, goal.id) : [],
  }
}
