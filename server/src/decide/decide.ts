import { decide as decideSlots, type DecideContext, type GeoFacts, type SlotOutcome } from 'prepaint/engine'
import { type DecideResponse, PROTOCOL_VERSION, type SessionFacts, type SlotDecision } from 'prepaint/protocol'
import type { Site } from '../catalog/site.ts'
import type { Asker, Visit, VisitOf } from './visit.ts'

/** One question of a page. */
export interface Question extends Asker, Pick<DecideContext, 'page'> {
  geo?: GeoFacts | undefined
  session?: SessionFacts | undefined
  utcOffsetMin?: number | undefined
}

/** What deciding needs. */
export interface DeciderOptions {
  visitOf: VisitOf
  /** Ms since 1970. */
  now: () => number
  /** Told when the engine failed; the answer is the page's own content then. */
  onEngineFailure(cause: unknown): void
  /** Told each answer. */
  onDecided(site: string, answer: DecideResponse): void
}

/** Answers questions. */
export type Decide = (question: Question) => Promise<DecideResponse>

function slotDecision(outcome: SlotOutcome, { tier, cacheMs }: Visit, nowMs: number): SlotDecision {
  const { slot, reason, experience, variant, changesAtMs = Infinity, uses, isStrict } = outcome
  const decision: SlotDecision = { reason, tier }
  if (experience && variant) {
    decision.experience = experience.id
    decision.variant = variant.id
    if (variant.operations.length > 0) decision.operations = variant.operations
    if (variant.redirect !== undefined) decision.redirect = variant.redirect
  }
  if (slot.selector !== undefined) decision.selector = slot.selector
  // The shortest time there is: the answer at hand may still be painted, a later view never finds it valid.
  const ownCacheMs = isStrict ? 1 : changesAtMs - nowMs
  if (ownCacheMs < cacheMs) decision.ttlMs = ownCacheMs
  if (uses !== undefined) decision.uses = uses
  if (slot.vary.length > 0) decision.vary = slot.vary
  if (slot.events.length > 0) decision.events = slot.events
  return decision
}

/** The last answer of all: every slot stays as the page has it, and the next view asks again. */
function defaults({ compiled }: Site): DecideResponse['slots'] {
  const decision: SlotDecision = { reason: 'no-match', tier: 'default', ttlMs: 1 }
  return Object.fromEntries(compiled.slots.map(({ name }) => [name, decision]))
}

/** What may be used of a question without knowing who asks. */
function circumstances({ page, consent, geo, session, utcOffsetMin }: Question): Omit<DecideContext, 'nowMs'> {
  return {
    page,
    ...(geo === undefined ? {} : { geo }),
    ...(session === undefined || consent !== 'granted' ? {} : { session }),
    ...(utcOffsetMin === undefined ? {} : { utcOffsetMin }),
  }
}

/** Makes the decider: who is asking, what is known of them, what the engine says of every slot. */
export function createDecider({ visitOf, now, onEngineFailure, onDecided }: DeciderOptions): Decide {
  function slotsOf(question: Question, visit: Visit): DecideResponse['slots'] {
    const { site } = question
    const nowMs = now()
    try {
      const outcomes = decideSlots(site.compiled, { ...circumstances(question), ...visit.context, nowMs })
      return Object.fromEntries(outcomes.map((outcome) => [outcome.slot.name, slotDecision(outcome, visit, nowMs)]))
    } catch (cause) {
      onEngineFailure(cause)
      return defaults(site)
    }
  }

  return async (question) => {
    const { site, consent } = question
    const visit = await visitOf(question)
    const answer: DecideResponse = {
      v: PROTOCOL_VERSION,
      catalog: site.compiled.version,
      consent,
      ttlMs: visit.cacheMs,
      slots: slotsOf(question, visit),
    }
    if (visit.token !== undefined) answer.token = visit.token
    onDecided(site.name, answer)
    return answer
  }
}
