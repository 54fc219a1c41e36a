import { shareText, valueText } from '../format.ts'
import { comparisonWith, referenceOf } from '../main-comparison.ts'
import type { Comparison, ExperienceReport, GoalReport, VariantReport } from '../report.ts'
import { countText } from '../words.ts'
import { boundsOf, liftOf } from './lifts.ts'
import { type Markup, markup, type Part } from './markup.ts'
import { bar, type Column, table } from './table.ts'

const shareOf = (count: number, all: number): number => (all === 0 ? 0 : count / all)

/** A lift with its interval below it. */
export function liftCell(comparison: Comparison | undefined): Part {
  if (!comparison?.interval) return '–'
  const { interval } = comparison
  return markup`<b>${liftOf(interval)}</b><small>${boundsOf(interval)}</small>`
}

/** A number with a share of the assigned, as words and as a bar. */
function funnelCell(count: number, { assigned }: VariantReport): Part {
  const share = shareOf(count, assigned)
  return markup`${countText(count)}<small>${assigned === 0 ? '' : shareText(share)}</small>${bar(share)}`
}

function goalCells(experience: ExperienceReport, goal: GoalReport, metric: Comparison['metric'], id: string): Part[] {
  const outcome = goal.variants.find(({ variant }) => variant === id)
  const against = referenceOf(experience)
  const compared = comparisonWith(goal, { variant: id, against, metric })
  return [
    ...(goal.hasValue ? [valueText(outcome?.perVisitor ?? 0, goal)] : []),
    id === against ? markup`<small>reference</small>` : liftCell(compared),
  ]
}

function goalColumns(goal: GoalReport, metric: Comparison['metric']): Column[] {
  return [
    ...(goal.hasValue ? [{ title: 'Value a visitor', isNumber: true }] : []),
    { title: metric === 'rate' ? 'Difference in rate' : 'Difference in value', isNumber: true },
  ]
}

/** Table of an experience's visitors from assignment to goal. */
export function funnelTable(
  experience: ExperienceReport,
  goal: GoalReport | undefined,
  metric: Comparison['metric'],
): Markup {
  const { variants } = experience
  // Nothing of its own is shown to anybody.
  const isWhole = experience.id === '*'
  const largest = Math.max(1, ...variants.map(({ assigned }) => assigned))
  const rows = variants.map((variant): Part[] => {
    const outcome = goal?.variants.find((one) => one.variant === variant.id)
    return [
      markup`<bdi>${variant.id}</bdi>`,
      markup`${countText(variant.assigned)}<small>&nbsp;</small>${bar(variant.assigned / largest)}`,
      ...(isWhole ? [] : [funnelCell(variant.seen, variant)]),
      ...(goal
        ? [
            markup`${countText(outcome?.converted ?? 0)}<small>${shareText(outcome?.rate ?? 0)}</small>${bar(outcome?.rate ?? 0)}`,
            ...goalCells(experience, goal, metric, variant.id),
          ]
        : []),
    ]
  })
  const columns = [
    { title: 'Variant' },
    ...['Assigned', ...(isWhole ? [] : ['Seen']), ...(goal ? [goal.name] : [])].map((title) => ({
      title,
      isNumber: true,
    })),
    ...(goal ? goalColumns(goal, metric) : []),
  ]
  return table('Visitors, from assignment to goal', columns, rows)
}

/** Table of a goal beside the primary one. */
export function goalTable(experience: ExperienceReport, goal: GoalReport): Markup {
  const metric = goal.hasValue ? 'per_visitor' : 'rate'
  const rows = goal.variants.map(({ variant, visitors, converted, rate }): Part[] => [
    markup`<bdi>${variant}</bdi>`,
    countText(visitors),
    markup`${countText(converted)}<small>${shareText(rate)}</small>`,
    ...goalCells(experience, goal, metric, variant),
  ])
  const columns = [
    { title: 'Variant' },
    { title: 'Visitors', isNumber: true },
    { title: goal.name, isNumber: true },
    ...goalColumns(goal, metric),
  ]
  return table(`Goal ${goal.name}`, columns, rows)
}
