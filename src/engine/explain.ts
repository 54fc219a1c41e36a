import type { Reason } from '../protocol/index.ts'
import type { CompiledCatalog, CompiledExperience } from './compiled.ts'
import type { FailedClause } from './condition.ts'
import type { DecideContext } from './context.ts'
import { decide } from './decide.ts'
import { createFrame, type Frame } from './frame.ts'
import { type Refusal, tryExperience } from './trial.ts'

/**
 * Result of an experience: it won the slot (`won`), it would have won if none before it had (`behind`), or the reason
 * why it could not: not known whether the visitor is in the audience (`unknown`), switched off, not at this time, not this audience, no id to split, count or tell visitors apart by,
 * another part of the namespace, left out by coverage or ranges, shown often enough.
 */
export type Verdict = 'won' | 'behind' | 'unknown' | Refusal

/** Explanation why one experience did or did not win its slot. */
export interface ExperienceExplanation {
  /** The experience's id. */
  experience: string
  /** Result of the experience. */
  verdict: Verdict
  /** With `won` and `behind`: the visitor's variant. */
  variant?: string
  /** With `audience` the clause that failed, with `unknown` the one that is not known. */
  clause?: FailedClause
}

/** Explanation of a slot's decision. */
export interface SlotExplanation {
  /** The slot's name. */
  slot: string
  /** Reason for the slot's decision. */
  reason: Reason
  /** In the order in which they were tried. */
  experiences: ExperienceExplanation[]
}

function explainOne(candidate: CompiledExperience, frame: Frame, isWinner: boolean): ExperienceExplanation {
  const { audience, experience } = candidate
  const variant = tryExperience(candidate, frame)
  if (typeof variant !== 'string') {
    return { experience: experience.id, verdict: isWinner ? 'won' : 'behind', variant: variant.id }
  }
  if (variant !== 'audience' || !audience) return { experience: experience.id, verdict: variant }
  const verdict = audience.fails(frame) ? 'audience' : 'unknown'
  return { experience: experience.id, verdict, clause: audience.failure(frame) }
}

/**
 * Explains every slot's decision. Slower than {@link decide}, and agrees with it.
 * @example
 * ```ts
 * for (const { slot, experiences } of explain(compiled, { page, nowMs: Date.now() })) {
 *   for (const { experience, verdict } of experiences) console.log(slot, experience, verdict)
 * }
 * ```
 */
export function explain(catalog: CompiledCatalog, context: DecideContext): SlotExplanation[] {
  const frame = createFrame(context, catalog.size)
  return decide(catalog, context).map(({ slot, reason, experience }) => ({
    slot: slot.name,
    reason,
    experiences: slot.experiences.map((candidate) => explainOne(candidate, frame, candidate.experience === experience)),
  }))
}
