import { toneOf, verdictLabel } from '../format.ts'
import { mainComparison, mainGoal } from '../main-comparison.ts'
import type { ExperienceReport, GoalReport, Remark, Report } from '../report.ts'
import { dateText, durationText } from './dates.ts'
import { effectFigures } from './effect.ts'
import { saidBy } from './lifts.ts'
import { type Markup, markup, type Part } from './markup.ts'
import { deliveryTable, ratioTable } from './quality.ts'
import { segmentTables } from './segments.ts'
import { funnelTable, goalTable } from './visitors.ts'

const STATES = { running: 'running', off: 'switched off', ended: 'ended', gone: 'no longer in the catalog' } as const

function goalText({ name, withinMs, from }: GoalReport): string {
  return `goal ${name} within ${durationText(withinMs)}${from === 'server' ? ', confirmed by servers' : ''}`
}

/** Facts of an experience on one line. */
export function factsOf(experience: ExperienceReport): string {
  const { id, slot, state, fromMs } = experience
  const goal = mainGoal(experience)
  return [
    ...(slot === undefined ? [] : [`slot ${slot}`]),
    ...(id === '*' ? [] : [STATES[state]]),
    ...(fromMs === undefined ? [] : [`since ${dateText(fromMs)}`]),
    ...(goal ? [goalText(goal)] : []),
  ].join(' · ')
}

/** Verdict in two or three words. */
export function chip({ verdict }: ExperienceReport): Markup {
  return markup`<span class="chip tone-${toneOf(verdict)}">${verdictLabel(verdict)}</span>`
}

/** Remarks as a list. */
export function remarkList(remarks: readonly Remark[]): Part {
  if (remarks.length === 0) return ''
  return markup`<ul class="remarks">
    ${remarks.map(({ message }) => markup`<li>${message}</li>`)}
  </ul>`
}

/** Tables of an experience. */
export function experienceTables(experience: ExperienceReport): Markup {
  const goal = mainGoal(experience)
  const metric = mainComparison(experience)?.metric ?? 'rate'
  const others = experience.goals.filter((one) => one !== goal)
  return markup`<h3>Visitors</h3>
    ${funnelTable(experience, goal, metric)}
    <div class="pair">
      ${
        experience.id === '*'
          ? ''
          : markup`<div>
              <h3>Delivery</h3>
              ${deliveryTable(experience.variants)}
            </div>`
      }
      <div>
        <h3>Sizes of the groups</h3>
        ${ratioTable(experience)}
      </div>
    </div>
    ${
      others.length > 0
        ? markup`<h3>Other goals</h3>
            ${others.map((one) => goalTable(experience, one))}`
        : ''
    }
    ${goal ? segmentTables(goal) : ''}`
}

/** Section of an experience: its sentence, then what it stands on. */
export function experienceSection(experience: ExperienceReport, report: Report, anchor: string): Markup {
  const { first, rest } = saidBy(experience.verdict)
  const goal = mainGoal(experience)
  return markup`<section id="${anchor}" class="experience tone-${toneOf(experience.verdict)}">
    <h2><bdi>${experience.id}</bdi> ${chip(experience)}</h2>
    <p class="facts">${factsOf(experience)}</p>
    <div class="said">
      <p class="sentence">${first}</p>
      ${rest === '' ? '' : markup`<p class="rest">${rest}</p>`}
    </div>
    ${remarkList(experience.remarks)} ${goal ? effectFigures(experience, goal, report) : ''}
    ${experienceTables(experience)}
  </section>`
}
