import type { Goal, Holdout } from 'prepaint/engine'

/** A variant, and the share of those who take part in its experience. */
export interface PlannedVariant {
  id: string
  /** 0 to 1; all variants of an experience together make 1. */
  share: number
  /** True for a variant without operations and redirect. */
  isControl?: true
}

/** Assignment to an experience, as a catalog has it. */
export interface PlannedExperience {
  id: string
  slot: string
  /** Salt of the assignment; a new one assigns everybody anew. */
  seed: string
  /** False: switched off. */
  enabled?: boolean
  /** First instant at which it runs, and at which it no longer does, in ms since 1970. */
  fromMs?: number
  untilMs?: number
  variants: readonly PlannedVariant[]
}

/**
 * A site's goals and assignments, as a version of its catalog has them. A log record says so whenever they change, so that
 * reports follow from the log alone.
 */
export interface Plan {
  /** Version of the catalog. */
  version: string
  holdout?: Holdout
  goals: readonly Goal[]
  experiences: readonly PlannedExperience[]
}

/** A plan, and when it came into force. */
export interface DatedPlan extends Plan {
  /** In ms since 1970. */
  fromMs: number
}
