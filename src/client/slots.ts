import { applyDecision } from './apply-decision.ts'
import { getAttribute } from './attribute.ts'
import type { Bridge, Changed } from './bridge.ts'
import { decisionsNow } from './cache.ts'
import { setHidden } from './hide.ts'
import { takeOver } from './keep.ts'
import { reveal } from './reveal.ts'
import { isInPage, rootOf } from './roots.ts'
import { safely } from './safely.ts'

/** One frame at 60 Hz, in ms. */
const FRAME_MS = 16

/**
 * Elements that run or load code, or change what others mean, in any namespace: none is a slot, whatever a catalog says. A
 * meta element may be one, for a redirect: no attribute that a catalog may set has a meaning there.
 */
const CODE = /^(base|link|object|embed|i?frame|script|style)$/

/**
 * Most elements that one slot may have in a page: without a bound, two scripts that replace each other's elements would never
 * stop, and no frame would be painted meanwhile.
 */
const MAX_ELEMENTS = 50

/**
 * Looks for slots, marked or by selector, and handles each of their elements once: swaps it before it is painted, hides it
 * until a decision comes, or leaves it alone.
 * @param isPainted true if a visitor may have seen those that were not found before.
 */
export function scan(bridge: Bridge, isPainted: boolean): void {
  const { _view: view, _config: config } = bridge
  const { _foundSlots: foundSlots, _budgetMs: budgetMs } = view

  /** Handles each element that a selector finds. A NodeList has had `forEach` since Chromium 51 only. */
  function each(slot: string, selector: string): void {
    bridge._roots.forEach((root) => {
      ;([] as HTMLElement[]).forEach.call(root.querySelectorAll(selector), (element) => {
        handle(slot || (getAttribute(element, 'data-pp-slot') as string), element)
      })
    })
  }

  function handle(slot: string, element: HTMLElement): void {
    const decisions = decisionsNow(bridge)
    const slotElement = { slot, _element: element, _isPainted: isPainted }
    const expire = (): void => {
      reveal(bridge, view, slotElement, 'timeout')
    }
    const ofSlot = foundSlots.filter((other) => other.slot === slot)
    // A slot's variant may contain what its selector finds, and what the page has in a slot that shows a variant is not seen.
    if (
      ofSlot.some((other) => document.contains.call(other._element, element)) ||
      [].some.call(rootOf(element).querySelectorAll('[hidden=pp]'), (node: Node) =>
        document.contains.call(node, element),
      ) ||
      !isInPage(element) ||
      CODE.test(element.localName)
    )
      return
    const gone = ofSlot.filter((other) => other._change && !other._isEarlier && !isInPage(other._element))[0]
    if (gone) {
      takeOver(bridge, gone as Changed, element)
      return
    }
    if (ofSlot[MAX_ELEMENTS - 1]) return
    foundSlots.push(slotElement)
    if (decisions && decisions[slot] !== null) {
      applyDecision(bridge, slotElement)
      return
    }
    view._pendingSlots.push(slotElement)
    if (budgetMs && !isPainted) setHidden(element, true)
    // The budget begins with the next animation frame, before which nothing can be painted. A slot that is shown again is
    // painted with the frame after, so that frame is part of the budget.
    requestAnimationFrame(() => {
      // Under load a timer overtakes an answer that has arrived and whose callback still waits for its turn; so the answer
      // gets one more turn (Chromium 156, 4x CPU throttling: callbacks came 53 to 507 ms after the answer).
      if (budgetMs) setTimeout(() => void setTimeout(expire), budgetMs - FRAME_MS)
      else expire()
    })
  }

  each('', '[data-pp-slot]')
  Object.keys(config.slots).forEach(
    // An invalid selector matches nothing, and `late/missing.ts` reports the slot.
    safely((slot) => {
      each(slot, config.slots[slot] as string)
    }),
  )
}
