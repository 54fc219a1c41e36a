import type { Bridge, SlotElement, View } from './bridge.ts'
import { saveCache } from './cache.ts'
import { setHidden } from './hide.ts'
import { mark } from './report.ts'

/** Longest time after a view has begun that a slot stays hidden, in ms, however late it comes. */
export const WALL_BUDGET_MS = 800

/** Counts a view that showed no decision in time. */
export function countFailure(bridge: Bridge): void {
  bridge._record.failures++
  saveCache(bridge)
}

/** Shows a slot as it is, because its budget is over or no answer will come. */
export function reveal(bridge: Bridge, view: View, slotElement: SlotElement, cause: string | number): void {
  if (slotElement._isPainted) return
  slotElement._isPainted = true
  setHidden(slotElement._element, false)
  if (view._hasFallenBack) return
  view._hasFallenBack = true
  mark(bridge, 'fallback:' + cause)
  countFailure(bridge)
}

/** Shows all waiting slots as they are, because no decision will come, for this cause. */
export function giveUp(bridge: Bridge, view: View, cause: string | number): void {
  view._pendingSlots.forEach((slotElement) => {
    reveal(bridge, view, slotElement, cause)
  })
}
