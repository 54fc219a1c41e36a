import { decide as decideSlots, type DecideContext, type SlotOutcome } from 'prepaint/engine'
import {
  type Consent,
  type DecideResponse,
  type PageContext,
  PROTOCOL_VERSION,
  type SlotDecision,
  type Tier,
} from 'prepaint/protocol'
import type { Site } from '../catalog/site.ts'
import type { Tokens } from '../identity/token.ts'
import { visitorFacts } from '../profiles/profile.ts'
import type { ReadProfile } from './profile-reader.ts'

/** How long a client may keep an answer that lacks the profile because the store did not give it in time, in ms. */
const WITHOUT_PROFILE_CACHE_MS = 60_000

/** One question of a page. */
export interface Question {
  site: Site
  consent: Consent
  /** As the client sent it: it may be anything. */
  token: string | undefined
  page: PageContext
}

/** What deciding needs. */
export interface DeciderOptions {
  tokens: Tokens
  readProfile: ReadProfile
  /** Ms since 1970. */
  now: () => number
  /** Told when the store failed; the answer is contextual then. */
  onStoreFailure(cause: unknown): void
}

/** Answers questions. */
export type Decide = (question: Question) => Promise<DecideResponse>

/** Who is asking, as far as consent and the store allow to know. */
interface Visit {
  visitor: Pick<DecideContext, 'visitorId' | 'visitor'>
  tier: Tier
  /** Present when the visitor was minted for this question. */
  token?: string
  /** Longest time that a client may keep the answer, in ms. */
  cacheMs: number
}

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

/** Makes the decider: who is asking, what is known of them, what the engine says of every slot. */
export function createDecider({ tokens, readProfile, now, onStoreFailure }: DeciderOptions): Decide {
  async function visitOf({ site, consent, token }: Question): Promise<Visit> {
    const { name, cacheMs } = site
    if (consent !== 'granted') return { visitor: {}, tier: 'contextual', cacheMs }
    const visitorId = tokens.verify(name, token)
    if (visitorId === undefined) {
      const minted = tokens.mint(name)
      // Nothing can be known of a visitor who did not exist a moment ago: the first view costs no read.
      const visitor = { visitorId: minted.visitorId, visitor: visitorFacts(undefined) }
      return { visitor, tier: 'live', token: minted.token, cacheMs }
    }
    const read = await readProfile(name, visitorId)
    if (read.outcome === 'read') {
      return { visitor: { visitorId, visitor: visitorFacts(read.profile) }, tier: 'live', cacheMs }
    }
    if (read.outcome === 'failed') onStoreFailure(read.cause)
    return { visitor: { visitorId }, tier: 'contextual', cacheMs: Math.min(cacheMs, WITHOUT_PROFILE_CACHE_MS) }
  }

  return async (question) => {
    const { site, consent, page } = question
    const visit = await visitOf(question)
    const nowMs = now()
    const outcomes = decideSlots(site.compiled, { ...visit.visitor, page, nowMs })
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
