import type { Bridge } from '../client/bridge.ts'
import { decisionsNow } from '../client/cache.ts'
import type { Reason, SlotDecision, Tier } from '../protocol/index.ts'

/** A slot's decision, as `decide` returns it. */
export interface ClientDecision {
  /** The service's reason; `unknown-slot` is not in the catalog; `timeout` and `unavailable` had no answer. */
  reason: Reason | 'unknown-slot' | 'timeout' | 'unavailable'
  /** Origin of the decision; `default` if there is none. */
  tier: Tier
  /** The experience's id; absent when none fits. */
  experience?: string | undefined
  /** The variant's id; absent when `experience` is. */
  variant?: string | undefined
  /** The text or HTML that the variant gives the slot. */
  content?: string | undefined
}

/** The decision in force for a slot; empty when there is none. */
export function decisionNow(bridge: Bridge, slot: string): Partial<SlotDecision> {
  return (decisionsNow(bridge) || {})[slot] || {}
}

/** The text or HTML that a decision gives its slot. */
export function contentOf({ operations }: Partial<SlotDecision>): string | undefined {
  let content: string | undefined
  ;(operations || []).forEach((operation) => {
    if (operation.op === 'text' || operation.op === 'html') content = operation.value
  })
  return content
}

/** Describes the decisions in force for these slots, or for all. */
export function describe(
  bridge: Bridge,
  slots: string[] | undefined,
  absent: ClientDecision['reason'],
): { [slot: string]: ClientDecision } {
  const decisions = decisionsNow(bridge)
  const described: { [slot: string]: ClientDecision } = {}
  ;(slots || Object.keys(decisions || {})).forEach((slot) => {
    const decision = decisionNow(bridge, slot)
    const { reason, tier, experience, variant } = decision
    const isUnknown = decisions && decisions[slot] === undefined
    described[slot] = {
      reason: reason || (isUnknown ? 'unknown-slot' : absent),
      tier: tier || 'default',
      experience,
      variant,
      content: contentOf(decision),
    }
  })
  return described
}
