import { type Bucket, createBucket, type Goal } from 'prepaint/engine'
import type { DatedPlan, PlannedExperience } from '../../tally/plan.ts'
import { type Group, HOLDOUT, type Period, PERSONALISED, WHOLE_SITE } from '../../tally/tallies.ts'
import { createNumbers } from './numbers.ts'

/** A goal for as long as it is in force without a gap: its place in `goals` is its number. */
export interface GoalRun {
  goal: Goal
  sinceMs: number
}

/** A group, and the numbers of what it belongs to. */
export interface Arm extends Group {
  /** Number of the experience with the seed: a visitor is in one arm of each trial. */
  trial: number
  /** Number of the experience with the variant, whatever the seed. */
  face: number
}

/** An experience of a plan, with the numbers of what it has. */
export interface TrialInForce {
  trial: number
  period: number
  /** Numbers of the arms by variant, the holdout's among them. */
  arms: ReadonlyMap<string, number>
}

/** The whole site, as a plan with a holdout has it. */
export interface WholeSite extends TrialInForce {
  bucket: Bucket
  share: number
}

/** A plan, ready for counting. */
export interface PlanInForce {
  plan: DatedPlan
  experiences: ReadonlyMap<string, TrialInForce>
  whole: WholeSite | undefined
  /** Numbers of the goals in force. */
  goals: readonly number[]
  /** Number of the primary one. */
  primary: number | undefined
}

/** All plans of a site, and numbers of what they name, which never mean anything else. They follow from the plans alone, in their order. */
export interface SitePlans {
  readonly plans: readonly DatedPlan[]
  readonly periods: readonly Period[]
  readonly goals: readonly GoalRun[]
  readonly arms: readonly Arm[]
  /** Versions of the catalog, each with the number of its plan. */
  readonly versions: readonly (readonly [version: string, plan: number])[]
  /** The plan of now; undefined before there is one. */
  readonly latest: PlanInForce | undefined
  /** Takes a plan. Returns false if it was known. */
  add(plan: DatedPlan): boolean
  /** Returns the plan of a version of the catalog. */
  ofVersion(version: string): PlanInForce | undefined
  /** Returns the plan that was in force at an instant; the first one for one before all. */
  at(atMs: number): PlanInForce | undefined
  /** Returns the number of an experience with a variant, whatever the seed. */
  faceOf(experience: string, variant: string): number | undefined
}

/** A plan that a file has, and the versions of the catalog that had it. */
export interface StoredPlan {
  plan: DatedPlan
  versions: string[]
}

type Shares = Period['shares']

function sharesOf({ variants }: PlannedExperience, held: number): Shares {
  const shares = variants.map(({ id, share }): [string, number] => [id, share * (1 - held)])
  return Object.fromEntries(held > 0 ? [...shares, [HOLDOUT, held]] : shares)
}

/** Content of a plan as a text: two of one text are one plan, whatever the version of the catalog. */
export function contentOf({ holdout, goals, experiences }: Omit<DatedPlan, 'version' | 'fromMs'>): string {
  return JSON.stringify([holdout ?? null, goals, experiences])
}

/** Part of a plan by which visitors are counted, as a text: the rest, such as schedules and switches, may change each hour, and only its last state counts. */
export function essenceOf({ holdout, goals, experiences }: Omit<DatedPlan, 'version' | 'fromMs'>): string {
  return JSON.stringify([holdout ?? null, goals, experiences.map(({ id, seed, variants }) => [id, seed, variants])])
}

/** Makes what finds the period of a trial, the last one if the shares are what they were. */
function createPeriods(periods: Period[]) {
  const last = new Map<number, { number: number; text: string }>()
  return (trial: number, period: Period, holdoutSeed: string | undefined): number => {
    // A holdout of another seed holds other visitors out, though the shares are the same.
    const text = JSON.stringify([period.shares, holdoutSeed ?? null])
    const known = last.get(trial)
    if (known?.text === text) return known.number
    const number = periods.push(period) - 1
    last.set(trial, { number, text })
    return number
  }
}

/** Finds the numbers of a plan's goals. Those that were in force before keep theirs. */
function numberGoals(goals: GoalRun[], plan: DatedPlan, before: readonly number[]): number[] {
  return plan.goals.map((goal) => {
    const known = before.find((number) => goals[number]?.goal.id === goal.id)
    if (known === undefined) return goals.push({ goal, sinceMs: plan.fromMs }) - 1
    // Of another name, or primary by now.
    goals[known] = { goal, sinceMs: (goals[known] as GoalRun).sinceMs }
    return known
  })
}

/** Begins without plans. */
export function createSitePlans(): SitePlans {
  const plans: DatedPlan[] = []
  const ready: PlanInForce[] = []
  const periods: Period[] = []
  const goals: GoalRun[] = []
  const arms: Arm[] = []
  const versions: [string, number][] = []
  const byVersion = new Map<string, PlanInForce>()
  const trials = createNumbers()
  const faces = createNumbers()
  const armNumbers = createNumbers()
  const periodOf = createPeriods(periods)
  let essence = ''

  function armOf(experience: string, seed: string, variant: string): number {
    const number = armNumbers.of(experience, seed, variant)
    const trial = trials.of(experience, seed)
    const face = faces.of(experience, variant)
    if (number === arms.length) arms.push({ experience, seed, variant, trial, face })
    return number
  }

  function trialOf(id: string, seed: string, shares: Shares, { fromMs, holdout }: DatedPlan): TrialInForce {
    const trial = trials.of(id, seed)
    const period = periodOf(trial, { experience: id, seed, fromMs, shares }, holdout?.seed)
    const ids = Object.keys(shares)
    return { trial, period, arms: new Map(ids.map((variant) => [variant, armOf(id, seed, variant)])) }
  }

  function wholeOf(plan: DatedPlan): WholeSite | undefined {
    const { holdout } = plan
    if (!holdout) return undefined
    const { share, seed } = holdout
    const shares = { [HOLDOUT]: share, [PERSONALISED]: 1 - share }
    return { ...trialOf(WHOLE_SITE, seed, shares, plan), share, bucket: createBucket(seed) }
  }

  function readyOf(plan: DatedPlan): PlanInForce {
    const held = plan.holdout?.share ?? 0
    const numbers = numberGoals(goals, plan, ready.at(-1)?.goals ?? [])
    const experiences = plan.experiences.map((one): [string, TrialInForce] => [
      one.id,
      trialOf(one.id, one.seed, sharesOf(one, held), plan),
    ])
    return {
      plan,
      experiences: new Map(experiences),
      whole: wholeOf(plan),
      goals: numbers,
      primary: numbers.find((number) => goals[number]?.goal.isPrimary),
    }
  }

  function note(version: string): void {
    const latest = ready.at(-1) as PlanInForce
    if (byVersion.get(version) === latest) return
    byVersion.set(version, latest)
    versions.push([version, ready.length - 1])
  }

  return {
    plans,
    periods,
    goals,
    arms,
    versions,
    get latest() {
      return ready.at(-1)
    },
    add(plan) {
      const text = essenceOf(plan)
      const [last, lastReady] = [plans.at(-1), ready.at(-1)]
      if (last && lastReady && text === essence) {
        if (contentOf(last) === contentOf(plan) && last.version === plan.version) return false
        lastReady.plan = plans[plans.length - 1] = { ...plan, fromMs: last.fromMs }
      } else {
        essence = text
        plans.push(plan)
        ready.push(readyOf(plan))
      }
      note(plan.version)
      return true
    },
    ofVersion: (version) => byVersion.get(version),
    at: (atMs) => ready.findLast(({ plan }) => plan.fromMs <= atMs) ?? ready[0],
    faceOf: (experience, variant) => faces.find(experience, variant),
  }
}

/** Returns the plans as they are to be kept. */
export function storedPlans({ plans, versions }: SitePlans): StoredPlan[] {
  return plans.map((plan, index) => ({
    plan,
    versions: versions.filter(([, number]) => number === index).map(([version]) => version),
  }))
}

/** Makes the plans that were kept. */
export function plansOf(stored: readonly StoredPlan[]): SitePlans {
  const plans = createSitePlans()
  for (const { plan, versions } of stored)
    for (const version of [...versions, plan.version]) plans.add({ ...plan, version })
  return plans
}
