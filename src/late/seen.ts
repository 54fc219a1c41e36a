import type { Bridge } from '../client/bridge.ts'
import type { ClientEvents } from './events.ts'
import { findSlot } from './find-slot.ts'
import type { Track } from './serve.ts'
import type { Served } from './served.ts'

/**
 * Time for which half of a slot has to be in view until it counts as seen, in ms (as the MRC's standard for display
 * ads).
 */
const SEEN_MS = 1_000

/** The share of a slot, or of the viewport for a slot that is larger, that has to be in view. */
const SEEN_SHARE = 0.5

/** Reports each decision that was carried out and that the visitor has had in view, once. */
export function watchSeen(bridge: Bridge, served: Served, track: Track): void {
  // Absent before Chromium 51: nothing is reported as seen there.
  if (typeof IntersectionObserver !== 'function') return
  /** By slot, the decision that it shows if it was not seen yet: a live slot shows several in a view. */
  const unseen: { [slot: string]: unknown } = {}

  function watch(applied: ClientEvents['applied'], element: HTMLElement): void {
    const { slot, experience, variant } = applied
    let timer: ReturnType<typeof setTimeout> | undefined
    const observer = new IntersectionObserver(
      ([entry]) => {
        const { intersectionRatio, intersectionRect } = entry as IntersectionObserverEntry
        clearTimeout(timer)
        if (Math.max(intersectionRatio, intersectionRect.height / innerHeight) >= SEEN_SHARE)
          timer = setTimeout(count, SEEN_MS)
      },
      { threshold: [0.1, 0.3, SEEN_SHARE] },
    )

    function stop(): void {
      clearTimeout(timer)
      observer.disconnect()
    }

    function count(): void {
      stop()
      if (document.hidden || !experience || unseen[slot] !== applied) return
      unseen[slot] = 0
      track('pp:seen', { slot, experience, variant })
      served.emit('exposure', { slot, experience, variant })
    }

    observer.observe(element)
    served._enders.push(stop)
  }

  served._onApplied((applied) => {
    const { slot, outcome } = applied
    if (outcome === 'late') return
    unseen[slot] = applied
    // A picture that could not be loaded is told after it was shown.
    if (outcome !== 'failed')
      findSlot(bridge, slot).forEach((element) => {
        watch(applied, element)
      })
  })
}
