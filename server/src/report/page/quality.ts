import { pText, shareText } from '../format.ts'
import type { ExperienceReport, RatioTest, VariantReport } from '../report.ts'
import { countText } from '../words.ts'
import { dateText } from './dates.ts'
import { type Markup, markup, type Part } from './markup.ts'
import { bar, table } from './table.ts'

/** Share at which the bar of a late or failed delivery is full. */
const FULL_SHARE = 0.1

/** Table of what was delivered too late, or not at all. */
export function deliveryTable(variants: readonly VariantReport[]): Markup {
  const cell = (share: number): Part => markup`${shareText(share)}${bar(share / FULL_SHARE)}`
  const rows = variants.map(({ id, lateShare, failedShare }) => [
    markup`<bdi>${id}</bdi>`,
    cell(lateShare),
    cell(failedShare),
  ])
  const columns = [{ title: 'Variant' }, { title: 'Late', isNumber: true }, { title: 'Failed', isNumber: true }]
  return table('Deliveries, as shares of the assigned', columns, rows)
}

function ratioRows({ fromMs, variants, p, isSound }: RatioTest): Part[][] {
  return variants.map(({ id, counted, expected }, index) => [
    index === 0 ? dateText(fromMs) : '',
    markup`<bdi>${id}</bdi>`,
    countText(counted),
    countText(Math.round(expected)),
    index > 0 ? '' : isSound ? pText(p) : markup`<b class="alarm">${pText(p)}</b>`,
  ])
}

/** Tests whether groups are as large as their shares want: a sentence, and the counts below it. */
export function ratioTable({ ratios }: ExperienceReport): Markup {
  if (ratios.length === 0)
    return markup`<p class="soft">There are too few visitors yet to test the sizes of the groups.</p>`
  const failed = ratios.filter(({ isSound }) => !isSound).length
  const said =
    failed === 0
      ? markup`<p class="soft">The groups are as large as their shares want.</p>`
      : markup`<p>
          <b class="alarm">The groups are not as large as their shares want.</b> Their numbers cannot be compared.
        </p>`
  const columns = [
    ...[{ title: 'Since' }, { title: 'Variant' }, { title: 'Counted', isNumber: true }],
    ...[
      { title: 'Expected', isNumber: true },
      { title: 'p', isNumber: true },
    ],
  ]
  return markup`${said}${table('Sample-ratio tests', columns, ratios.flatMap(ratioRows))}`
}
