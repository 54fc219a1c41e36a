import { shareText } from '../format.ts'
import type { GoalReport, SegmentReport } from '../report.ts'
import { countText } from '../words.ts'
import { type Markup, markup } from './markup.ts'
import { table } from './table.ts'

const MOST_ROWS = 8

function visitorsOf({ variants }: SegmentReport): number {
  return variants.reduce((sum, { visitors }) => sum + visitors, 0)
}

function segmentTable({ name, segments }: GoalReport, by: SegmentReport['by']): Markup | undefined {
  const mine = segments.filter((one) => one.by === by).sort((one, other) => visitorsOf(other) - visitorsOf(one))
  const [first] = mine
  if (!first) return undefined
  const rows = mine
    .slice(0, MOST_ROWS)
    .map(({ is, variants }) => [
      markup`<bdi>${is}</bdi>`,
      ...variants.map(({ rate, visitors }) => markup`${shareText(rate)}<small>of ${countText(visitors)}</small>`),
    ])
  const rest = mine.length - rows.length
  const columns = [
    { title: by === 'device' ? 'Device' : 'Source' },
    ...first.variants.map(({ variant }) => ({ title: variant, isNumber: true })),
  ]
  return markup`${table(`Rate of ${name} by ${by}`, columns, rows)}${rest > 0 ? markup`<p class="soft">and ${rest} smaller ones</p>` : ''}`
}

/** Segments of the primary goal, with the warning that they decide nothing. */
export function segmentTables(goal: GoalReport): Markup | undefined {
  if (goal.segments.length === 0) return undefined
  return markup`<h3>Segments <span class="flag">exploratory</span></h3>
    <p class="soft">
      For looking, not for deciding: of many segments some differ by chance alone. Test a segment as an experience of
      its own.
    </p>
    <div class="pair">${segmentTable(goal, 'device')}${segmentTable(goal, 'source')}</div>`
}
