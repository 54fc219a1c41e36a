import type { Bridge } from '../client/bridge.ts'
import { findSlot } from './find-slot.ts'
import type { Track } from './serve.ts'

/** Reports the slots whose selector matches nothing in the whole page: somebody has to mend the catalog or the page. */
export function reportMissing(bridge: Bridge, track: Track): void {
  const { config } = bridge
  function report(): void {
    Object.keys(config.slots).forEach((slot) => {
      if (!findSlot(bridge, slot)) track('pp:missing', { slot, selector: config.slots[slot] })
    })
  }
  if (document.readyState === 'complete') report()
  else addEventListener('load', report)
}
