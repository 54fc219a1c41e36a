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

/** A slot that was found in the page. */
export interface Place {
  slot: string
  element: HTMLElement
  /** A visitor may have seen the original: from then on it is never swapped. */
  isPainted: boolean
}

/**
 * Looks for slots, marked or by selector, and meets each one once: swaps it before it is painted, or hides it until it can
 * be, or leaves it alone.
 * @param isPainted says that a visitor may have seen those that were not found before.
 */
export function scan(bridge: Bridge, isPainted: boolean): void {
  const { met, config, budgetMs } = bridge

  function meet(slot: string, element: Element | null): void {
    const decisions = decisionsNow(bridge)
    const place = { slot, element: element as HTMLElement, isPainted }
    const expire = (): void => {
      expose(bridge, place, 'timeout')
    }
    // An outer slot whose content was just replaced has taken its inner slots out of the page.
    if (!element || met[slot] || !document.contains(element) || CODE.test(element.localName)) return
    met[slot] = true
    if (decisions && decisions[slot] !== null) {
      settle(bridge, place)
      return
    }
    bridge.places.push(place)
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

  // A NodeList has had `forEach` since Chromium 51 only.
  ;([] as Element[]).forEach.call(document.querySelectorAll('[data-pp-slot]'), (element) => {
    meet(element.getAttribute('data-pp-slot') as string, element)
  })
  Object.keys(config.slots).forEach(
    // What is no selector matches nothing, and is reported as such.
    safely((slot) => {
      meet(slot, document.querySelector(config.slots[slot] as string))
    }),
  )
}
