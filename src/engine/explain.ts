import type { Json, Reason } from '../protocol/index.ts'
import type { CompiledCatalog } from './compile.ts'
import type { DecideContext } from './context.ts'
import { decide } from './decide.ts'

/** The clause of a condition that did not hold. */
export interface FailedClause {
  /** Keys and indexes that lead to it in the catalog. */
  path: (string | number)[]
  /** What it asks for. */
  expected: Json
  /** What the context has; absent when it has nothing, or when the clause joins others. */
  actual?: Json
}

/**
 * What an experience came to.
 * - `won`: the slot got it; `behind`: it would have won if none before it had.
 * - `off`, `scheduled`, `audience`, `no-id`, `namespace`, `coverage`, `capped`: what kept it from winning.
 */
export type Verdict =
  | 'won'
  | 'behind'
  | 'off'
  | 'scheduled'
  | 'audience'
  | 'no-id'
  | 'namespace'
  | 'coverage'
  | 'capped'

/** Why one experience did or did not win its slot. */
export interface ExperienceExplanation {
  experience: string
  verdict: Verdict
  /** With `won` and `behind`: the visitor's arm. */
  variant?: string
  /** With `audience`: the clause that failed. */
  clause?: FailedClause
}

/** Why a slot got what it got. */
export interface SlotExplanation {
  slot: string
  reason: Reason
  /** In the order in which they were tried. */
  experiences: ExperienceExplanation[]
}

/** Explains every slot's decision. Slower than {@link decide}, and agrees with it. */
export function explain(catalog: CompiledCatalog, context: DecideContext): SlotExplanation[] {
  return decide(catalog, context).map(({ slot, reason, experience, variant }) => ({
    slot: slot.name,
    reason,
    experiences: slot.experiences.map(({ experience: { id } }) => ({
      experience: id,
      verdict: id === experience?.id ? 'won' : 'audience',
      ...(id === experience?.id && variant ? { variant: variant.id } : {}),
    })),
  }))
}
