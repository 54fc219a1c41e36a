import { pText, shareText, toneOf, verdictLabel } from '../format.ts'
import { thinned } from '../lift-range.ts'
import { mainComparison } from '../main-comparison.ts'
import type { Comparison, ExperienceReport, GoalReport, Report } from '../report.ts'
import { dateText } from './dates.ts'
import { effectPlot, sharedRange } from './effect-plot.ts'
import { boundsOf, liftOf } from './lifts.ts'
import { type Markup, markup, type Part } from './markup.ts'
import { table } from './table.ts'

const MOST_ROWS = 12

const metricText = (metric: Comparison['metric']): string => (metric === 'rate' ? 'rate' : 'value a visitor')

function dayTable({ variant, overTime }: Comparison): Markup {
  const rows = thinned(overTime, MOST_ROWS).map(({ atMs, interval }): Part[] => [
    dateText(atMs),
    liftOf(interval),
    boundsOf(interval),
  ])
  const columns = [{ title: 'Day' }, { title: 'Difference', isNumber: true }, { title: 'Interval', isNumber: true }]
  return table(`Effect of ${variant} over time`, columns, rows)
}

function comparisonTable({ comparisons }: GoalReport, { confidence }: Report): Markup {
  const isExplained = comparisons.some(({ explained }) => explained !== undefined)
  const rows = comparisons.map(({ variant, against, metric, interval, p, explained, verdict }): Part[] => [
    markup`<bdi>${variant}</bdi>`,
    markup`<bdi>${against}</bdi>`,
    metricText(metric),
    interval ? liftOf(interval) : '–',
    interval ? boundsOf(interval) : '–',
    p === undefined ? '–' : pText(p),
    ...(isExplained ? [explained === undefined ? '–' : shareText(explained)] : []),
    verdictLabel(verdict),
  ])
  const columns = [
    ...[{ title: 'Variant' }, { title: 'Against' }, { title: 'By' }, { title: 'Difference', isNumber: true }],
    ...[
      { title: `${100 * confidence} % interval`, isNumber: true },
      { title: 'p', isNumber: true },
    ],
    ...(isExplained ? [{ title: 'Known before', isNumber: true }] : []),
    { title: 'Verdict' },
  ]
  return table('All comparisons', columns, rows)
}

/** Effect of each variant over time: plots that share a scale, and their numbers as tables. */
export function effectFigures(experience: ExperienceReport, goal: GoalReport, report: Report): Markup {
  const main = mainComparison(experience)
  const shown = goal.comparisons.filter(({ metric, against }) => metric === main?.metric && against === main.against)
  const range = sharedRange(shown)
  const figures = shown
    .filter(({ overTime }) => overTime.length > 0)
    .map((comparison) => {
      const { variant, against, metric, verdict } = comparison
      return markup`<figure class="tone-${toneOf(verdict)}">
        <figcaption>
          Difference in ${metricText(metric)}, <bdi>${variant}</bdi> against <bdi>${against}</bdi>
        </figcaption>
        ${effectPlot(comparison, range)}
      </figure>`
    })
  const tables = shown.filter(({ overTime }) => overTime.length > 0).map(dayTable)
  return markup`${figures.length > 0 ? markup`<div class="figures">${figures}</div>` : markup`<p class="empty">The effect over time is drawn here as soon as visitors have had the time that ${goal.name} gives them.</p>`}
    <details>
      <summary>The numbers</summary>
      ${comparisonTable(goal, report)}${tables}
    </details>`
}
