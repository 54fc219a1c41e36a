import type { JsonObject, SlotDecision } from '../protocol/index.ts'
import type { Bridge, Place } from './bridge.ts'
import { decisionsNow, saveCache } from './cache.ts'
import { setHidden } from './hide.ts'
import { destination } from './redirect.ts'
import { note, report } from './report.ts'

/** Longest time after boot that anything stays hidden, in ms, however late its slot is parsed. */
export const WALL_BUDGET_MS = 800

/** What became of a decision in the page; every arm has one, so that no arm's slowness can make the numbers differ. */
export type Outcome = 'shown' | 'control' | 'late' | 'failed'

/**
 * After so many views in a row without a decision in time nothing is hidden, until one comes in time again; and after as
 * many redirects in a row none is followed.
 */
export const MAX_FAILURES = 3

/**
 * Carries out a decision; where that throws, nothing of it was done: the page's CSP has `trusted-types` without our policy, or an
 * address is none.
 */
function carryOut(
  bridge: Bridge,
  place: Place,
  { operations, redirect }: SlotDecision,
  fail: () => void,
): Outcome | false | '' {
  if (place._isPainted || (redirect && bridge._isSeen)) return 'late'
  if (redirect) {
    bridge._address = bridge._record.failures < MAX_FAILURES && destination(redirect, bridge.page.referrer)
    return bridge._address && 'shown'
  }
  if (!operations || !operations.length) return 'control'
  bridge._swap(place, operations, bridge, fail)
  return 'shown'
}

/** Counts a view that shows no decision in time. */
function countFailure(bridge: Bridge): void {
  bridge._record.failures++
  saveCache(bridge)
}

/** Carries out the decision in force, if there is one, and reports what became of it. */
export function settle(bridge: Bridge, place: Place): void {
  const { slot } = place
  const decision = (decisionsNow(bridge) || {})[slot]
  // Shown first: the swap must not take over our attribute. Nothing is painted before it is done.
  setHidden(place._element, false)
  if (decision && !bridge._address) {
    const { experience, variant, tier } = decision
    const tell = (outcome: Outcome, cause?: string): void => {
      // Once for a slot, however many elements it has.
      if (bridge._met.filter((other) => other.slot === slot)[0] !== place) return
      note(bridge, outcome + ':' + slot)
      if (experience) {
        const properties = { slot, experience, variant, tier, outcome, cause } as JsonObject
        report(bridge, { type: 'track', event: 'pp:assigned', properties })
      }
    }
    try {
      const outcome = carryOut(bridge, place, decision, () => {
        tell('failed', 'picture')
      })
      tell(outcome || 'failed', outcome ? undefined : 'address')
    } catch (error) {
      tell('failed', (error as Error).name)
    }
    if (bridge._address) {
      countFailure(bridge)
      bridge._leave(bridge)
      // What stays of this page is not shown meanwhile, unless the target does not answer.
      setHidden(document.documentElement, true)
      location.replace(bridge._address)
    }
  }
  place._isPainted = true
}

/** A slot has waited long enough, or in vain: shows it as it is. */
export function expose(bridge: Bridge, place: Place, cause: string | number): void {
  if (place._isPainted) return
  place._isPainted = true
  setHidden(place._element, false)
  if (bridge._hasFallenBack) return
  bridge._hasFallenBack = true
  note(bridge, 'fallback:' + cause)
  countFailure(bridge)
}

/** No decision will come, for this cause: shows what waits as it is. */
export function giveUp(bridge: Bridge, cause: string | number): void {
  bridge._places.forEach((place) => {
    expose(bridge, place, cause)
  })
}
