import type { JsonObject, SlotDecision } from '../protocol/index.ts'
import type { Bridge, SlotElement } from './bridge.ts'
import { decisionsNow, saveCache } from './cache.ts'
import { setHidden } from './hide.ts'
import { destination } from './redirect.ts'
import { mark, report } from './report.ts'
import { swap } from './swap.ts'

/** Longest time after boot that a slot stays hidden, in ms, however late it is parsed. */
export const WALL_BUDGET_MS = 800

/** Outcome of a decision in the page; every variant reports one, so that no variant's slowness can bias the numbers. */
export type Outcome = 'shown' | 'control' | 'late' | 'failed'

/**
 * Number of views in a row without a decision in time after which nothing is hidden, until one comes in time again; and of
 * redirects in a row after which none is followed.
 */
export const MAX_FAILURES = 3

/**
 * Carries out a decision, as a whole or not at all.
 * @throws having changed nothing, if the page's CSP has `trusted-types` without our policy, or an address is none.
 */
function tryDecision(
  bridge: Bridge,
  slotElement: SlotElement,
  { operations, redirect }: SlotDecision,
  fail: () => void,
): Outcome | false | '' {
  if (slotElement._isPainted || (redirect && bridge._isPagePainted)) return 'late'
  if (redirect) {
    bridge._redirect = bridge._record.failures < MAX_FAILURES && destination(redirect, bridge.page.referrer)
    return bridge._redirect && 'shown'
  }
  if (!operations || !operations.length) return 'control'
  swap(slotElement, operations, bridge, fail)
  return 'shown'
}

/** Counts a view that showed no decision in time. */
function countFailure(bridge: Bridge): void {
  bridge._record.failures++
  saveCache(bridge)
}

/** Carries out the decision in force, if there is one, and reports its outcome. */
export function applyDecision(bridge: Bridge, slotElement: SlotElement): void {
  const { slot } = slotElement
  const decision = (decisionsNow(bridge) || {})[slot]
  // Shown first, because the swap must not copy our attribute. Nothing is painted before it is done.
  setHidden(slotElement._element, false)
  if (decision && !bridge._redirect) {
    const { experience, variant, tier } = decision
    const reportOutcome = (outcome: Outcome, cause?: string): void => {
      // Once per slot, however many elements it has.
      if (bridge._foundSlots.filter((other) => other.slot === slot)[0] !== slotElement) return
      mark(bridge, outcome + ':' + slot)
      if (experience) {
        const properties = { slot, experience, variant, tier, outcome, cause } as JsonObject
        report(bridge, { type: 'track', event: 'pp:assigned', properties })
      }
    }
    try {
      const outcome = tryDecision(bridge, slotElement, decision, () => {
        reportOutcome('failed', 'picture')
      })
      reportOutcome(outcome || 'failed', outcome ? undefined : 'address')
    } catch (error) {
      reportOutcome('failed', (error as Error).name)
    }
    if (bridge._redirect) {
      countFailure(bridge)
      bridge._flushOnHide(bridge)
      // The rest of this page stays hidden meanwhile, unless the target does not answer.
      setHidden(document.documentElement, true)
      location.replace(bridge._redirect)
    }
  }
  slotElement._isPainted = true
}

/** Shows a slot as it is, because its budget is over or no answer will come. */
export function reveal(bridge: Bridge, slotElement: SlotElement, cause: string | number): void {
  if (slotElement._isPainted) return
  slotElement._isPainted = true
  setHidden(slotElement._element, false)
  if (bridge._hasFallenBack) return
  bridge._hasFallenBack = true
  mark(bridge, 'fallback:' + cause)
  countFailure(bridge)
}

/** Shows all waiting slots as they are, because no decision will come, for this cause. */
export function giveUp(bridge: Bridge, cause: string | number): void {
  bridge._pendingSlots.forEach((slotElement) => {
    reveal(bridge, slotElement, cause)
  })
}
