import type { DecideResponse, JsonObject, SlotDecision } from '../protocol/index.ts'
import type { Bridge, SlotElement } from './bridge.ts'
import { decisionsNow } from './cache.ts'
import { setHidden } from './hide.ts'
import { destination } from './redirect.ts'
import { mark, report } from './report.ts'
import { countFailure } from './reveal.ts'
import { swap } from './swap.ts'

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
  const { _view: view } = bridge
  if (slotElement._isPainted || (redirect && bridge._isPagePainted && !bridge._navigate)) return 'late'
  if (redirect) {
    view._redirect = bridge._record.failures < MAX_FAILURES && destination(redirect, view.page.referrer)
    return view._redirect && 'shown'
  }
  if (!operations || !operations.length) return 'control'
  swap(slotElement, operations, bridge, fail)
  return 'shown'
}

/** Carries out the decision in force, if there is one, and reports its outcome. */
export function applyDecision(bridge: Bridge, slotElement: SlotElement): void {
  const { slot } = slotElement
  const { _view: view } = bridge
  const decision = (decisionsNow(bridge) || {})[slot]
  // Shown first, because the swap must not copy our attribute. Nothing is painted before it is done.
  setHidden(slotElement._element, false)
  if (decision && !view._redirect) {
    const { experience, variant, tier } = decision
    const reportOutcome = (outcome: Outcome, cause?: string): void => {
      // Once per slot, however many elements it has.
      if (view._foundSlots.filter((other) => other.slot === slot && !other._isEarlier)[0] !== slotElement) return
      // The service has counted the use of the view that asked.
      if (decision.uses && bridge._record.page !== view.page) decision.uses--
      mark(bridge, outcome + ':' + slot, decision)
      if (experience) {
        const properties = {
          slot,
          catalog: (bridge._record.answer as DecideResponse).catalog,
          experience,
          variant,
          tier,
          outcome,
          cause,
          source: view.page.source || view.page.referrer,
        } as JsonObject
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
    if (view._redirect) {
      countFailure(bridge)
      bridge._flushOnHide(bridge)
      // The rest of this page stays hidden meanwhile, unless the target does not answer.
      if (!bridge._isPagePainted) setHidden(document.documentElement, true)
      // In a task of its own: the app may begin the next view at once.
      if (bridge._navigate) setTimeout(bridge._navigate, 0, view._redirect)
      else location.replace(view._redirect)
    }
  }
  slotElement._isPainted = true
}
