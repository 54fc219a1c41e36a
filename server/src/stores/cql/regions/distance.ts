import type { MonotonicClock } from '../../../clock.ts'
/** Time over which the shortest answer counts, in ms: it is the one of this span and of the one before. */
const SPAN_MS = 15_000

/** Estimate of the distance to something that is asked again and again. */
export interface Distance {
  /** Takes the time of an answer, in ms. */
  observe(elapsedMs: number): void
  /** The shortest of the last 15 to 30 s, in ms; 0 when there was none. */
  readonly ms: number
}

/**
 * Measures a distance as the shortest time of an answer: a store that is slow makes most answers longer, and the shortest
 * hardly.
 */
export function createDistance(now: MonotonicClock): Distance {
  let shortest = Infinity
  let shortestBefore = Infinity
  let sinceMs = now()

  function turn(): void {
    const spans = Math.floor((now() - sinceMs) / SPAN_MS)
    if (spans === 0) return
    shortestBefore = spans === 1 ? shortest : Infinity
    shortest = Infinity
    sinceMs += spans * SPAN_MS
  }

  return {
    observe(elapsedMs) {
      turn()
      shortest = Math.min(shortest, elapsedMs)
    },
    get ms() {
      turn()
      const ms = Math.min(shortest, shortestBefore)
      return ms === Infinity ? 0 : ms
    },
  }
}
