import { setTimeout as delay } from 'node:timers/promises'

/** Time that is rested after each piece of work, as a multiple of what it took: a third of a core at most. */
const REST = 2

/** Interval at which it is told how far the work is, in ms. */
const TELL_EVERY_MS = 10_000

/** Between two pieces of long work: takes the share that is done, and resolves after a rest; with false if the work is to be broken off. */
export type Rest = (share: number) => Promise<boolean>

/** Makes the rests of one work, which tell now and then how far it is. `stopping` ends a rest at once. */
export function createRests(tell: (share: number) => void, stopping: AbortSignal): Rest {
  let startMs = performance.now()
  let tellMs = startMs + TELL_EVERY_MS
  return async (share) => {
    const nowMs = performance.now()
    if (nowMs >= tellMs) {
      tell(share)
      tellMs = nowMs + TELL_EVERY_MS
    }
    await delay((nowMs - startMs) * REST, undefined, { signal: stopping }).catch(() => undefined)
    startMs = performance.now()
    return !stopping.aborted
  }
}
