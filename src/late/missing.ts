import { getAttribute } from '../client/attribute.ts'
import type { Bridge } from '../client/bridge.ts'
import { safely } from '../client/safely.ts'
import { findSlot } from './find-slot.ts'
import type { Track } from './serve.ts'

/**
 * Reports the slots that are nowhere in the whole page, and those that are marked in open shadow roots only, where nothing is
 * swapped: somebody has to mend the catalog or the page.
 */
export function reportMissing(bridge: Bridge, track: Track): void {
  const { slots } = bridge._config
  const expected: { [slot: string]: unknown } = {}

  function look(root: ParentNode): void {
    ;([] as Element[]).forEach.call(root.querySelectorAll('*'), (element) => {
      expected[getAttribute(element, 'data-pp-slot') || ''] = 1
      if (element.shadowRoot) look(element.shadowRoot)
    })
  }

  const report = safely(() => {
    look(document)
    Object.keys(slots)
      .concat(Object.keys(expected).filter((slot) => slot && !slots[slot]))
      .forEach((slot) => {
        if (findSlot(bridge, slot)[0]) return
        track('pp:missing', { slot, selector: slots[slot] })
        performance.mark('pp:missing:' + slot)
      })
  })
  if (document.readyState === 'complete') report()
  else addEventListener('load', report)
}
