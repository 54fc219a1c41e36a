import { comparisonWith, referenceOf } from './main-comparison.ts'
import type { Comparison, ExperienceReport, GoalReport, Report, VariantReport } from './report.ts'

type Cell = string | number | undefined

const COMPARISON_FIELDS = ['lift', 'low', 'high', 'p', 'verdict', 'doubt'] as const

/** Columns in their order. New ones are added at the end, because spreadsheets name columns by their place. */
const COLUMNS = [
  ...['site', 'catalog', 'at', 'experience', 'slot', 'state', 'variant', 'role', 'assigned', 'seen'],
  ...['late_share', 'failed_share', 'goal', 'is_primary', 'currency', 'visitors', 'converted', 'rate'],
  ...['value', 'per_visitor', 'closed_visitors', 'closed_converted', 'closed_rate', 'closed_per_visitor', 'against'],
  ...COMPARISON_FIELDS.map((field) => `rate_${field}`),
  ...COMPARISON_FIELDS.map((field) => `per_visitor_${field}`),
]

/** Characters with which spreadsheets begin a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/

/** A cell of RFC 4180. Text that would be a formula gets an apostrophe in front; numbers are our own. */
function cell(value: Cell): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function comparisonCells(comparison: Comparison | undefined): Cell[] {
  if (comparison === undefined) return COMPARISON_FIELDS.map(() => undefined)
  const { interval, p, verdict } = comparison
  return [interval?.lift, interval?.low, interval?.high, p, verdict.kind, verdict.doubt]
}

function roleOf({ isControl, isHoldout }: VariantReport): string {
  if (isHoldout) return 'holdout'
  return isControl ? 'control' : 'variant'
}

function goalCells(experience: ExperienceReport, variant: string, goal: GoalReport | undefined): Cell[] {
  const outcome = goal?.variants.find((one) => one.variant === variant)
  const against = variant === referenceOf(experience) ? undefined : referenceOf(experience)
  const compared = (metric: Comparison['metric']): Cell[] =>
    comparisonCells(goal && comparisonWith(goal, { variant, against, metric }))
  return [
    ...[goal?.name, goal && String(goal.isPrimary), goal?.currency],
    ...[outcome?.visitors, outcome?.converted, outcome?.rate, outcome?.value, outcome?.perVisitor],
    ...[outcome?.closed.visitors, outcome?.closed.converted, outcome?.closed.rate, outcome?.closed.perVisitor],
    ...[against, ...compared('rate'), ...compared('per_visitor')],
  ]
}

function experienceRows(report: Report, experience: ExperienceReport): Cell[][] {
  const at = new Date(report.atMs).toISOString()
  const goals = experience.goals.length > 0 ? experience.goals : [undefined]
  return goals.flatMap((goal) =>
    experience.variants.map((variant) => [
      ...[report.site, report.catalog, at, experience.id, experience.slot, experience.state],
      ...[variant.id, roleOf(variant), variant.assigned, variant.seen, variant.lateShare, variant.failedShare],
      ...goalCells(experience, variant.id, goal),
    ]),
  )
}

/**
 * Writes a report as CSV (RFC 4180): a row for each variant of each goal of each experience, the site as a whole first, as `*`. Compared is with
 * the control, or with the holdout if there is none; shares, rates and lifts are fractions of 1.
 */
export function csvOf(report: Report): string {
  const experiences = [...(report.whole ? [report.whole] : []), ...report.experiences]
  const rows: Cell[][] = [COLUMNS, ...experiences.flatMap((experience) => experienceRows(report, experience))]
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}
