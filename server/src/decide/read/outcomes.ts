import type { MonotonicClock } from '../../clock.ts'
/**
 * Outcomes that are looked at together: so many, and all of so long, in ms. A store that pauses for 50 ms, or a service that
 * does, fails 50 reads in a row at 1,000 a second; a second without reads would take longer than the pause.
 */
const WINDOW = 32
const WINDOW_MS = 500

/** With fewer failures among them nothing is said of the store. */
const MIN_FAILURES = 16

/** Outcomes that are counted, and forgotten, together, in ms. */
const SLICE_MS = 50

/** Outcomes of one stretch of time. */
interface Slice {
  fromMs: number
  reads: number
  failures: number
}

/** Outcomes of the latest reads. */
export interface Outcomes {
  record(isFailure: boolean): void
  /** True when half of them failed. */
  readonly areBad: boolean
}

/** Knows of no read yet. */
export function createOutcomes(now: MonotonicClock): Outcomes {
  /** Oldest first. */
  const slices: Slice[] = []
  const all = { reads: 0, failures: 0 }

  /** The slice of this moment. */
  function current(nowMs: number): Slice {
    const last = slices.at(-1)
    if (last && nowMs - last.fromMs < SLICE_MS) return last
    const fresh = { fromMs: nowMs, reads: 0, failures: 0 }
    slices.push(fresh)
    return fresh
  }

  /** Forgets the oldest, as long as those that stay are enough. */
  function forget(nowMs: number): void {
    for (;;) {
      const [oldest, next] = slices
      if (!oldest || !next || all.reads - oldest.reads < WINDOW || nowMs - next.fromMs < WINDOW_MS) return
      slices.shift()
      all.reads -= oldest.reads
      all.failures -= oldest.failures
    }
  }

  return {
    record(isFailure) {
      const nowMs = now()
      for (const counts of [current(nowMs), all]) {
        counts.reads++
        if (isFailure) counts.failures++
      }
      forget(nowMs)
    },
    get areBad() {
      return all.failures >= Math.max(MIN_FAILURES, all.reads / 2)
    },
  }
}
