import { getAttribute } from '../client/attribute.ts'
import type { Bridge } from '../client/bridge.ts'
import { findSlot } from './find-slot.ts'
import type { Track } from './serve.ts'

/**
 * Reports the slots that are nowhere in the whole page, and those that are marked in open shadow roots only, where nothing is
 * swapped: somebody has to mend the catalog or the page.
 */
export function reportMissing(bridge: Bridge, track: Track): void {
  const { slots } = bridge.config
  const expected: { [slot: string]: string } = {}

  function look(root: ParentNode): void {
    ;([] as Element[]).forEach.call(root.querySelectorAll('*'), (element) => {
      const slot = getAttribute(element, 'data-pp-slot')
      if (slot) expected[slot] = ''
      if (element.shadowRoot) look(element.shadowRoot)
    })
  }

  function report(): void {
    look(document)
    Object.keys(slots)
      .concat(Object.keys(expected))
      .forEach((slot) => {
        if (!findSlot(bridge, slot)[0] && expected[slot] !== slot) {
          expected[slot] = slot
          performance.mark('pp:missing:' + slot)
          track('pp:missing', { slot, selector: slots[slot] })
        }
      })
  }
  if (document.readyState === 'complete') report()
  else addEventListener('load', report)
}
