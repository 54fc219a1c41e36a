import type { Steps } from 'prepaint/engine'
import type { PlannedExperience } from '../tally/plan.ts'
import { HOLDOUT, PERSONALISED, type SiteTallies, WHOLE_SITE } from '../tally/tallies.ts'
import { ALPHA } from './comparisons.ts'
import { experienceReport, type Options, type Subject } from './experience-report.ts'
import { type ExperienceHistory, goalsOf, historiesOf } from './history.ts'
import type { ExperienceReport, Remark, Report } from './report.ts'
import { countText, dayText } from './words.ts'

/** Age of the last record beyond which a report says how old it is. */
const BEHIND_MS = 86_400_000

/** Options of a report. */
export interface ReportOptions extends Options {
  /** The one experience that is meant; absent: all of them. */
  only?: string
}

function stateOf({ experience, isPlanned }: ExperienceHistory, atMs: number): ExperienceReport['state'] {
  if (!isPlanned) return 'gone'
  if (experience.enabled === false) return 'off'
  return experience.untilMs !== undefined && experience.untilMs <= atMs ? 'ended' : 'running'
}

function historyRemarks({ goneMs, seedsBefore, seedSinceMs }: ExperienceHistory, strangers: number): Remark[] {
  return [
    ...(goneMs === undefined
      ? []
      : [
          {
            code: 'gone',
            message: `The catalog has it no longer since ${dayText(goneMs)}. If it was renamed, visitors are counted under the new name since then, as those of another experience.`,
          },
        ]),
    ...(seedsBefore === 0
      ? []
      : [
          {
            code: 'reassigned',
            message: `Its seed changed on ${dayText(seedSinceMs)}, and everybody was assigned anew. ${countText(strangers)} assignments of before are not counted.`,
          },
        ]),
  ]
}

function subjectOf(history: ExperienceHistory, tallies: SiteTallies, atMs: number): Subject {
  const { id, seed, slot, variants }: PlannedExperience = history.experience
  const strangers = tallies.arrivals
    .filter((one) => one.experience === id && one.seed !== seed)
    .reduce((sum, { assigned }) => sum + assigned, 0)
  return {
    ...{ id, seed, slot },
    state: stateOf(history, atMs),
    variants: variants.map((variant) => ({ id: variant.id, isControl: variant.isControl ?? false })),
    callOf: (variant) => (variant === HOLDOUT ? 'the page as it is' : variant),
    remarks: historyRemarks(history, strangers),
  }
}

/** All visitors by their place in the holdout, whether an experience was for them or not. */
function wholeSite({ plans }: SiteTallies): Subject | undefined {
  const holdout = plans.at(-1)?.holdout
  if (!holdout || holdout.share === 0) return undefined
  return {
    id: WHOLE_SITE,
    seed: holdout.seed,
    state: 'running',
    variants: [PERSONALISED, HOLDOUT].map((id) => ({ id, isControl: false })),
    callOf: (variant) => (variant === HOLDOUT ? 'the page as it is' : 'personalisation'),
    remarks: [],
  }
}

/** Splits what is counted by experience: each report looks at its own part many times. */
function byExperience(tallies: SiteTallies): (id: string) => SiteTallies {
  const of = <One extends { experience: string }>(all: readonly One[]): Map<string, One[]> =>
    Map.groupBy(all, ({ experience }) => experience)
  const [arrivals, outcomes, segments] = [of(tallies.arrivals), of(tallies.outcomes), of(tallies.segments)]
  return (id) => ({
    ...tallies,
    arrivals: arrivals.get(id) ?? [],
    outcomes: outcomes.get(id) ?? [],
    segments: segments.get(id) ?? [],
  })
}

function siteRemarks({ sinceMs, untilMs }: SiteTallies, hasHoldout: boolean, atMs: number): Remark[] {
  const lacking =
    sinceMs === undefined
      ? []
      : [
          {
            code: 'begun_late',
            message: `Counted since ${dayText(sinceMs)}: the log has nothing of before any more. Visitors who were assigned before it, and came again, count as new ones.`,
          },
        ]
  const holdout = {
    code: 'no_holdout',
    message: 'The catalog has no holdout: nobody can say what personalisation as a whole has earned. Add holdout.',
  }
  const behind = {
    code: 'behind',
    message: `Counted up to ${dayText(untilMs)}: nothing has come in since, or the service is still counting.`,
  }
  return [...lacking, ...(atMs - untilMs > BEHIND_MS ? [behind] : []), ...(hasHoldout ? [] : [holdout])]
}

/** Makes the report of a site in steps, one an experience, so that whoever serves others can let them go first. */
export function* reportSteps(tallies: SiteTallies, { only, ...options }: ReportOptions): Steps<Report> {
  const part = byExperience(tallies)
  const { site, plans, erased } = tallies
  const goals = goalsOf(plans)
  const whole = wholeSite(tallies)
  // Of a log that is counted only up to some time, later goals are not known: no visitor's time for a goal is over before.
  const counted = { ...options, atMs: Math.min(options.atMs, tallies.untilMs) }
  const reportOf = (history: ExperienceHistory, own: SiteTallies): ExperienceReport =>
    experienceReport(subjectOf(history, own, options.atMs), goals, own, counted)
  const wanted = historiesOf(plans).filter(({ experience }) => only === undefined || experience.id === only)
  const experiences: ExperienceReport[] = []
  for (const history of wanted) {
    experiences.push(reportOf(history, part(history.experience.id)))
    yield undefined
  }
  return {
    v: 1,
    site,
    catalog: plans.at(-1)?.version ?? '',
    atMs: options.atMs,
    interval: options.interval,
    confidence: 1 - ALPHA,
    ...(whole ? { whole: experienceReport(whole, goals, part(WHOLE_SITE), counted) } : {}),
    experiences,
    erased,
    remarks: siteRemarks(tallies, whole !== undefined, options.atMs),
  }
}

/** Makes the report of a site of all that is counted of it. */
export function buildReport(tallies: SiteTallies, options: ReportOptions): Report {
  const steps = reportSteps(tallies, options)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
