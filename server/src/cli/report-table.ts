import { boundsText, liftText, shareText, toneOf, valueText, verdictLabel } from '../report/format.ts'
import { comparisonWith, mainComparison, mainGoal, referenceOf } from '../report/main-comparison.ts'
import type { Comparison, ExperienceReport, GoalReport, Report, VariantReport } from '../report/report.ts'
import { printable } from './printable.ts'
import { reportDetail } from './report-detail.ts'
import { type TextColumn, textTable, wrapped } from './text-table.ts'

/** Options of the table. */
export interface TableOptions {
  /** Characters of a line. */
  width: number
  /** The one experience that is shown in detail; absent: all of them in short. */
  only?: string
}

const LONGEST_NAME = 28

const number = (value: number): string => value.toLocaleString('en')

/** A name of the catalog, safe and short. */
function nameText(name: string): string {
  const safe = printable(name)
  return safe.length > LONGEST_NAME ? `${safe.slice(0, LONGEST_NAME - 3)}...` : safe
}

function liftCell(comparison: Comparison | undefined): string {
  if (!comparison) return ''
  const { interval } = comparison
  return interval ? `${liftText(interval.lift)} (${boundsText(interval)})` : '-'
}

function goalColumns(experience: ExperienceReport, goal: GoalReport, { confidence }: Report): TextColumn[] {
  const { variants } = experience
  const against = referenceOf(experience)
  const metric = (goal === mainGoal(experience) ? mainComparison(experience) : goal.comparisons[0])?.metric ?? 'rate'
  const outcomes = variants.map(({ id }) => goal.variants.find(({ variant }) => variant === id))
  const lifts = variants.map(({ id }) => comparisonWith(goal, { variant: id, against, metric }))
  const level = `${metric === 'rate' ? 'rate' : 'value'} vs ${nameText(against ?? '-')} (${100 * confidence} %)`
  return [
    { title: 'visitors', cells: outcomes.map((one) => number(one?.visitors ?? 0)), leaveOut: 2 },
    { title: nameText(goal.name), cells: outcomes.map((one) => number(one?.converted ?? 0)) },
    { title: 'rate', cells: outcomes.map((one) => shareText(one?.rate ?? 0)), leaveOut: 4 },
    ...(goal.hasValue
      ? [{ title: 'a visitor', cells: outcomes.map((one) => valueText(one?.perVisitor ?? 0, goal)), leaveOut: 3 }]
      : []),
    { title: level, cells: lifts.map(liftCell) },
  ]
}

/** Table of the variants with the numbers of one goal; without a goal of what was delivered alone. */
function variantTable(experience: ExperienceReport, goal: GoalReport | undefined, report: Report): TextColumn[] {
  const { variants } = experience
  const withSeen = goal === undefined || goal === mainGoal(experience)
  return [
    { title: 'variant', cells: variants.map(({ id }) => nameText(id)), isText: true },
    ...(withSeen
      ? [
          { title: 'assigned', cells: variants.map(({ assigned }) => number(assigned)), leaveOut: 5 },
          // Nothing of its own is shown to anybody by the site as a whole.
          ...(experience.id === '*'
            ? []
            : [{ title: 'seen', cells: variants.map(({ seen }) => number(seen)), leaveOut: 1 }]),
        ]
      : []),
    ...(goal ? goalColumns(experience, goal, report) : []),
  ]
}

function deliveryText(variants: readonly VariantReport[]): string {
  const parts = variants
    .filter(({ lateShare, failedShare }) => lateShare + failedShare > 0)
    .map(({ id, lateShare, failedShare }) => {
      return `${nameText(id)} late ${shareText(lateShare)}, failed ${shareText(failedShare)}`
    })
  return parts.length === 0 ? 'delivery: none late, none failed' : `delivery: ${parts.join('; ')}`
}

function titleOf({ id, slot, state, verdict }: ExperienceReport): string {
  const facts = [...(slot === undefined ? [] : [`slot ${printable(slot)}`]), ...(state === 'running' ? [] : [state])]
  const name = id === '*' ? 'The site as a whole' : printable(id)
  // What cannot be trusted is seen at a glance.
  const label = toneOf(verdict) === 'withheld' ? verdictLabel(verdict).toUpperCase() : verdictLabel(verdict)
  return `${name}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}: ${label}`
}

function experienceLines(experience: ExperienceReport, report: Report, { width, only }: TableOptions): string[] {
  const { goals, variants, verdict, remarks } = experience
  const main = mainGoal(experience)
  const others = goals.filter((goal) => goal !== main)
  const isDetail = only !== undefined && only === experience.id
  return [
    titleOf(experience),
    ...wrapped(printable(verdict.sentence), width),
    '',
    ...textTable(variantTable(experience, main, report), width),
    ...(experience.id === '*' ? [] : wrapped(deliveryText(variants), width)),
    ...remarks.flatMap(({ message }) => wrapped(`note: ${printable(message)}`, width)),
    ...(isDetail
      ? others.flatMap((goal) => ['', ...textTable(variantTable(experience, goal, report), width)])
      : others.length > 0
        ? wrapped(`goals beside it: ${others.map(({ name }) => nameText(name)).join(', ')}`, width)
        : []),
    ...(isDetail ? reportDetail(experience, width) : []),
    '',
  ]
}

function intervalNote({ interval, confidence }: Report): string {
  const level = `${100 * confidence} %`
  return interval === 'always_valid'
    ? `intervals hold with ${level} however often one looks; they are of visitors whose time for the goal is over`
    : `intervals hold with ${level} for one look at a time that was set before; they are of visitors whose time for the goal is over`
}

/** Formats a report for a terminal: the site as a whole, then each experience. */
export function formatReport(report: Report, options: TableOptions): string {
  const { site, atMs, catalog, whole, experiences, erased, remarks } = report
  const shown = options.only === undefined ? experiences : experiences.filter(({ id }) => id === options.only)
  const at = new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')
  const lines = [
    `site ${printable(site)} on ${at} UTC, catalog ${printable(catalog)}`,
    '',
    ...(whole ? experienceLines(whole, report, options) : []),
    ...shown.flatMap((experience) => experienceLines(experience, report, options)),
    ...(shown.length === 0 ? ['no experience has been assigned yet', ''] : []),
    ...remarks.flatMap(({ message }) => wrapped(`note: ${printable(message)}`, options.width)),
    ...wrapped(intervalNote(report), options.width),
    ...(erased > 0 ? [`  erased, and in none of the numbers: ${number(erased)} visitors`] : []),
  ]
  return `${lines.join('\n')}\n`
}
