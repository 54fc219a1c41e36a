import type { MonotonicClock, NextTurn } from '../clock.ts'

/** Time that folding takes at once, in ms: a decision that arrives meanwhile waits this long. */
const SLICE_MS = 1

/** Between two steps of long work: undefined, or after a slice of it a promise of the next turn of the event loop. */
export type Pause = () => Promise<void> | undefined

/** Makes pauses. */
export function createTimeSlice(
  nextTurn: NextTurn = setImmediate,
  now: MonotonicClock = () => performance.now(),
): Pause {
  let endMs = now() + SLICE_MS
  return () => {
    if (now() < endMs) return undefined
    return new Promise((resolve) =>
      nextTurn(() => {
        endMs = now() + SLICE_MS
        resolve()
      }),
    )
  }
}
