import type { Goal } from 'prepaint/engine'
import type { DatedPlan, PlannedExperience } from '../tally/plan.ts'
import type { Period } from '../tally/tallies.ts'

/** The plan in force at an instant: the last one that came into force by then. */
export function planAt(plans: readonly DatedPlan[], atMs: number): DatedPlan | undefined {
  return plans.findLast(({ fromMs }) => fromMs <= atMs)
}

/** An experience as the catalogs have had it. */
export interface ExperienceHistory {
  /** As it is now, or was last. */
  experience: PlannedExperience
  /** False: the catalog in force has it no longer. */
  isPlanned: boolean
  /** Instant since which the catalog has it no longer. */
  goneMs?: number
  /** Number of seeds it has had before, and since when it has the present one. */
  seedsBefore: number
  seedSinceMs: number
}

/** The history of each experience that any plan has had, in the order of the plan in force; those that are gone come last. */
export function historiesOf(plans: readonly DatedPlan[]): ExperienceHistory[] {
  const found = new Map<string, ExperienceHistory>()
  for (const { fromMs, experiences } of plans) {
    const ids = new Set(experiences.map(({ id }) => id))
    for (const [id, history] of found)
      if (!ids.has(id) && history.isPlanned) found.set(id, { ...history, isPlanned: false, goneMs: fromMs })
    for (const experience of experiences) {
      const { experience: last, seedsBefore = 0, seedSinceMs = fromMs } = found.get(experience.id) ?? {}
      const isNewSeed = last !== undefined && last.seed !== experience.seed
      found.set(experience.id, {
        experience,
        isPlanned: true,
        seedsBefore: seedsBefore + (isNewSeed ? 1 : 0),
        seedSinceMs: isNewSeed ? fromMs : seedSinceMs,
      })
    }
  }
  const order = new Map((plans.at(-1)?.experiences ?? []).map(({ id }, index) => [id, index]))
  const placeOf = (id: string): number => order.get(id) ?? order.size
  return [...found.values()].sort((one, other) => placeOf(one.experience.id) - placeOf(other.experience.id))
}

/** A goal of the plan in force, since when it means what it means, and if something was counted before. */
export interface GoalHistory {
  goal: Goal
  sinceMs: number
  /** True if the name has meant something else before. */
  hasChanged: boolean
  /** True if the catalogs before lacked it: it is new, or was away for a while. */
  isLater: boolean
}

/** The goals of the plan in force, the primary one first. */
export function goalsOf(plans: readonly DatedPlan[]): GoalHistory[] {
  const now = plans.at(-1)?.goals ?? []
  return now
    .map((goal) => {
      const before = plans.findLastIndex(({ goals }) => !goals.some(({ id }) => id === goal.id))
      const hasChanged = plans.some(({ goals }) => goals.some(({ id, name }) => name === goal.name && id !== goal.id))
      return { goal, sinceMs: plans[before + 1]?.fromMs ?? 0, hasChanged, isLater: before >= 0 }
    })
    .sort((one, other) => Number(other.goal.isPrimary ?? false) - Number(one.goal.isPrimary ?? false))
}

/** Since when an experience's shares are as they are, in ms since 1970; undefined before the first period. */
export function sharesSinceMs(periods: readonly Period[], experience: string, seed: string): number | undefined {
  return periods.findLast((period) => period.experience === experience && period.seed === seed)?.fromMs
}
