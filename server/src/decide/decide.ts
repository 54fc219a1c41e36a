import { decide as decideSlots, type DecideContext, type GeoFacts, type SlotOutcome } from 'prepaint/engine'
import { type DecideResponse, PROTOCOL_VERSION, type SessionFacts, type SlotDecision } from 'prepaint/protocol'
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
}

/** Answers questions. */
export type Decide = (question: Question) => Promise<DecideResponse>

function slotDecision(outcome: SlotOutcome, { tier, cacheMs }: Visit, nowMs: number): SlotDecision {
  const { slot, reason, experience, variant, changesAtMs = Infinity, uses, isStrict } = outcome
  // The shortest time there is: the answer at hand may still be painted, a later view never finds it valid.
  const ownCacheMs = isStrict ? 1 : changesAtMs - nowMs
  return {
    reason,
    tier,
    ...(experience && variant ? { experience: experience.id, variant: variant.id } : {}),
    ...(variant && variant.operations.length > 0 ? { operations: variant.operations } : {}),
    ...(variant?.redirect === undefined ? {} : { redirect: variant.redirect }),
    ...(slot.selector === undefined ? {} : { selector: slot.selector }),
    ...(ownCacheMs < cacheMs ? { ttlMs: ownCacheMs } : {}),
    ...(uses === undefined ? {} : { uses }),
    ...(slot.vary.length > 0 ? { vary: slot.vary } : {}),
    ...(slot.events.length > 0 ? { events: slot.events } : {}),
  }
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
export function createDecider({ visitOf, now }: DeciderOptions): Decide {
  return async (question) => {
    const { site, consent } = question
    const visit = await visitOf(question)
    const nowMs = now()
    const outcomes = decideSlots(site.compiled, { ...circumstances(question), ...visit.context, nowMs })
    return {
      v: PROTOCOL_VERSION,
      catalog: site.compiled.version,
      consent,
      ...(visit.token === undefined ? {} : { token: visit.token }),
      ttlMs: visit.cacheMs,
      slots: Object.fromEntries(outcomes.map((outcome) => [outcome.slot.name, slotDecision(outcome, visit, nowMs)])),
    }
  }
}
