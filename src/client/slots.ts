import { getAttribute } from './attribute.ts'
import type { Bridge } from './bridge.ts'
import { decisionsNow } from './cache.ts'
import { setHidden } from './hide.ts'
import { safely } from './safely.ts'
import { expose, settle } from './settle.ts'

/** One frame at 60 Hz, in ms. */
const FRAME_MS = 16

/**
 * Elements that run or load code, or change what others mean, in any namespace: none is a slot, whatever a catalog says. A meta
 * element may be one, for a redirect: no attribute that a catalog may set has a meaning there.
 */
const CODE = /^(base|link|object|embed|i?frame|script|style)$/

/**
 * Elements that one slot may have in a page: without an end, two scripts that replace each other's elements would never stop, and no
 * frame would be painted meanwhile.
 */
const MAX_ELEMENTS = 50

/** Calls back for each element that a selector finds. A NodeList has had `forEach` since Chromium 51 only. */
function each(selector: string, run: (element: HTMLElement) => void): void {
  ;([] as HTMLElement[]).forEach.call(document.querySelectorAll(selector), run)
}

/**
 * Looks for slots, marked or by selector, and meets each of their elements once: swaps it before it is painted, or hides it
 * until it can be, or leaves it alone.
 * @param isPainted says that a visitor may have seen those that were not found before.
 */
export function scan(bridge: Bridge, isPainted: boolean): void {
  const { _met: met, _config: config, _budgetMs: budgetMs } = bridge

  function meet(slot: string, element: HTMLElement): void {
    const decisions = decisionsNow(bridge)
    const place = { slot, _element: element, _isPainted: isPainted }
    const expire = (): void => {
      expose(bridge, place, 'timeout')
    }
    const places = met.filter((other) => other.slot === slot)
    // A slot's variant may hold what its selector finds. An outer slot whose content was just replaced has taken its inner slots out of the page. What comes in a loaded page is
    // the work of a framework, which is answered with patience (`late/reapply.ts`).
    if (
      places[document.readyState === 'complete' ? 0 : MAX_ELEMENTS - 1] ||
      places.some((other) => document.contains.call(other._element, element)) ||
      !document.contains(element) ||
      CODE.test(element.localName)
    )
      return
    met.push(place)
    if (decisions && decisions[slot] !== null) {
      settle(bridge, place)
      return
    }
    bridge._places.push(place)
    if (budgetMs && !isPainted) setHidden(element, true)
    // Paintable time begins with the next animation frame: before it nothing can be painted. What is shown again is
    // painted with the frame after, so that frame is part of the budget.
    requestAnimationFrame(() => {
      // Under load a timer overtakes an answer that has arrived and whose callback still waits for its turn; so the
      // answer gets one more (Chromium 156, 4x CPU throttling: callbacks came 53 to 507 ms after the answer).
      if (budgetMs) setTimeout(() => void setTimeout(expire), budgetMs - FRAME_MS)
      else expire()
    })
  }

  each('[data-pp-slot]', (element) => {
    meet(getAttribute(element, 'data-pp-slot') as string, element)
  })
  Object.keys(config.slots).forEach(
    // What is no selector matches nothing, and is reported as such.
    safely((slot) => {
      each(config.slots[slot] as string, (element) => {
        meet(slot, element)
      })
    }),
  )
}
