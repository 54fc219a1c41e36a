import { safely } from './safely.ts'

/** Finds the page's slots. */
export interface SlotWatcher {
  /** Looks for slots now. `isPainted` says that a visitor may have seen what was not found before. */
  scan(isPainted: boolean): void
  stop(): void
}

/**
 * Calls `onSlot` once for each slot: at once for those that are there, and for every other one in the microtask after
 * its start tag was inserted, so before it can be painted and before any later script (HTML Standard, "perform a
 * microtask checkpoint"). `isPainted` says that a visitor may have seen it before we did.
 * @param selectors of slots that are not marked, by slot name; it may grow.
 */
export function watchSlots(
  selectors: { [slot: string]: string },
  onSlot: (slot: string, element: HTMLElement, isPainted: boolean) => void,
): SlotWatcher {
  const met: { [slot: string]: boolean } = {}

  function meet(slot: string, element: Element | null, isPainted: boolean): void {
    // An outer slot whose content was just replaced has taken its inner slots out of the page. An element whose content
    // or address is code is no slot, whatever a catalog says.
    if (!element || met[slot] || !document.contains(element) || /SCRIPT|STYLE|FRAME|EMBED/.test(element.tagName)) return
    met[slot] = true
    onSlot(slot, element as HTMLElement, isPainted)
  }

  function scan(isPainted: boolean): void {
    // A NodeList has had `forEach` since Chromium 51 only.
    ;([] as Element[]).forEach.call(document.querySelectorAll('[data-pp-slot]'), (element) => {
      meet(element.getAttribute('data-pp-slot') as string, element, isPainted)
    })
    Object.keys(selectors).forEach((slot) => {
      try {
        meet(slot, document.querySelector(selectors[slot] as string), isPainted)
      } catch {
        // Not a selector: it matches nothing, and is reported as such.
      }
    })
  }

  const observer = new MutationObserver(
    safely(() => {
      scan(false)
    }),
  )
  scan(true)
  observer.observe(document, { childList: true, subtree: true })

  return {
    scan,
    stop: () => {
      observer.disconnect()
    },
  }
}
