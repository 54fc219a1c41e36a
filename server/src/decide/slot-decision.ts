import type { SlotOutcome } from 'prepaint/engine'
import type { Reason, SlotDecision, Tier } from 'prepaint/protocol'
import type { ResolvedVisitor } from './resolve-visitor.ts'

/** Longest time for which a client may keep a decision that depends on what a user does elsewhere, or a brand's servers send, in ms: the browser does not see it. */
const SEEN_ELSEWHERE_MS = 60_000

/**
 * Time before a change on TV at which a decision is over, in ms: it is painted only while a clock that is a minute wrong could not make
 * it another one.
 */
const BEFORE_CHANGE_MS = 60_000

/** Turns the engine's outcome for a slot into what goes over the wire. */
export type DecisionOf = (
  outcome: SlotOutcome,
  visitor: Pick<ResolvedVisitor, 'context' | 'tier' | 'cacheMs'>,
  nowMs: number,
) => SlotDecision

/** Builds the part of a decision that does not depend on the moment. */
function lasting({ slot, reason, experience, variant }: SlotOutcome, tier: Tier): SlotDecision {
  const decision: SlotDecision = { reason, tier }
  if (experience && variant) {
    decision.experience = experience.id
    decision.variant = variant.id
    if (variant.operations.length > 0) decision.operations = variant.operations
    if (variant.redirect !== undefined) decision.redirect = variant.redirect
  }
  if (slot.selector !== undefined) decision.selector = slot.selector
  if (slot.vary.length > 0) decision.vary = slot.vary
  if (slot.events.length > 0) decision.events = slot.events
  return decision
}

/**
 * Makes the turning. A catalog has few decisions that last: each is one frozen object for everybody, found by its reason,
 * its tier and by its variant or, where no experience won, its slot.
 */
export function createDecisionOf(): DecisionOf {
  const kept: { [Name in Reason]?: { [Name in Tier]?: WeakMap<object, SlotDecision> } } = {}

  function keptOrNew(outcome: SlotOutcome, tier: Tier): SlotDecision {
    const { slot, variant, reason } = outcome
    // The one variant of all holdouts says nothing of the experience.
    if (reason === 'holdout') return lasting(outcome, tier)
    const decisions = ((kept[reason] ??= {})[tier] ??= new WeakMap<object, SlotDecision>())
    const key = variant ?? slot
    const known = decisions.get(key)
    if (known) return known
    const decision = Object.freeze(lasting(outcome, tier))
    decisions.set(key, decision)
    return decision
  }

  return (outcome, { context, tier, cacheMs }, nowMs) => {
    const { changesAtMs = Infinity, uses, isStrict, slot } = outcome
    const isElsewhere = slot.isOfServers || (context.userId !== undefined && slot.features.length > 0)
    const elsewhereMs = isElsewhere ? SEEN_ELSEWHERE_MS : Infinity
    // The shortest time there is: the answer at hand may still be painted, a later view never finds it valid.
    const untilChangeMs = changesAtMs - nowMs - (slot.tv.length > 0 ? BEFORE_CHANGE_MS : 0)
    const ownCacheMs = isStrict ? 1 : Math.max(1, Math.min(untilChangeMs, elsewhereMs))
    const decision = keptOrNew(outcome, tier)
    if (ownCacheMs >= cacheMs && uses === undefined) return decision
    return {
      ...decision,
      ...(ownCacheMs < cacheMs ? { ttlMs: ownCacheMs } : {}),
      ...(uses === undefined ? {} : { uses }),
    }
  }
}
