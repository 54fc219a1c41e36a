import { toneOf } from '../format.ts'
import { mainComparison } from '../main-comparison.ts'
import type { ExperienceReport, Interval } from '../report.ts'
import { intervalMark, type LiftRange } from './effect-plot.ts'
import { chip } from './experience.ts'
import { boundsOf, liftOf, saidBy } from './lifts.ts'
import { type Markup, markup, type Part } from './markup.ts'

/** Lift beyond which an interval is cut off, so that one of few visitors does not make the others a dot. */
const FARTHEST = 1

/** An experience, and its place in the page. */
export interface Listed {
  experience: ExperienceReport
  anchor: string
}

function rangeOf(intervals: readonly Interval[]): LiftRange {
  const reach = Math.max(0.02, ...intervals.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]))
  const to = Math.min(FARTHEST, reach)
  return { from: -to, to }
}

function effectCell({ verdict }: ExperienceReport, interval: Interval | undefined, range: LiftRange): Part {
  // A number beside it would be taken as a result.
  if (toneOf(verdict) === 'withheld') return markup`<p class="effect soft">not shown while withheld</p>`
  if (!interval) return markup`<p class="effect soft">nothing measured yet</p>`
  return markup`<p class="effect">
    ${intervalMark(interval, range)}
    <b>${liftOf(interval)}</b> <small>${boundsOf(interval)}</small>
  </p>`
}

/** List of all experiences with their verdicts, each with its interval on a scale that all share. */
export function overview(listed: readonly Listed[]): Markup {
  const intervals = listed.map(({ experience }) => mainComparison(experience)?.interval)
  const range = rangeOf(intervals.filter((one) => one !== undefined))
  const withheld = listed.filter(({ experience }) => toneOf(experience.verdict) === 'withheld')
  const items = listed.map(({ experience, anchor }, index) => {
    const { first } = saidBy(experience.verdict)
    return markup`<li class="tone-${toneOf(experience.verdict)}">
      <p class="name">
        <a href="#${anchor}"><bdi>${experience.id}</bdi></a> ${chip(experience)}
      </p>
      <p class="first">${first}</p>
      ${effectCell(experience, intervals[index], range)}
    </li>`
  })
  const links = withheld.map(({ experience, anchor }) => markup` <a href="#${anchor}"><bdi>${experience.id}</bdi></a>`)
  const warning = markup`<p class="warning">
    <b>${withheld.length === 1 ? 'One verdict is' : `${withheld.length} verdicts are`} withheld,</b> because the numbers
    cannot be trusted as they are:${links}
  </p>`
  return markup`${withheld.length > 0 ? warning : ''}
    <ol class="overview">
      ${items}
    </ol>`
}
