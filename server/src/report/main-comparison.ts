import type { Comparison, ExperienceReport, GoalReport, Verdict } from './report.ts'

/** Id of the group that an experience's variants are measured against: its control, else its holdout. */
export function referenceOf({ variants }: ExperienceReport): string | undefined {
  const reference = variants.find(({ isControl }) => isControl) ?? variants.find(({ isHoldout }) => isHoldout)
  return reference?.id
}

/** Comparison of a variant with the reference; absent for the reference itself. */
export function comparisonWith(
  { comparisons }: GoalReport,
  { variant, against, metric }: { variant: string; against: string | undefined; metric: Comparison['metric'] },
): Comparison | undefined {
  return comparisons.find((one) => one.variant === variant && one.against === against && one.metric === metric)
}

/** Goal that the verdict is about: the primary one, else the first. */
export function mainGoal({ goals }: ExperienceReport): GoalReport | undefined {
  return goals.find(({ isPrimary }) => isPrimary) ?? goals[0]
}

function isSame(one: Verdict, other: Verdict): boolean {
  return one.kind === other.kind && one.doubt === other.doubt && one.sentence === other.sentence
}

/** Comparison that the experience's verdict was taken from; else the first one with an interval against the reference. */
export function mainComparison(experience: ExperienceReport): Comparison | undefined {
  const all = mainGoal(experience)?.comparisons ?? []
  const reference = referenceOf(experience)
  const likely = [...all].sort((a, b) => Number(b.against === reference) - Number(a.against === reference))
  return (
    likely.find(({ verdict }) => isSame(verdict, experience.verdict)) ??
    likely.find(({ interval }) => interval !== undefined) ??
    likely[0]
  )
}
