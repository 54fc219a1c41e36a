import type { MonotonicClock } from '../../clock.ts'
/** Time after which a body that has not arrived may be given up for others, in ms: honest ones need one round trip. */
const SLOW_MS = 1_000

/** Share of the budget that one request holds. */
export interface Held {
  /** Takes so many more bytes; false when there is no room. */
  add(sizeBytes: number): boolean
  /** All has arrived: it is not given up for others any more. */
  complete(): void
  /** Gives everything back; once and again without harm. */
  release(): void
}

/** Bytes of all requests of a process that are under way, which never are more than the budget. */
export interface ByteBudget {
  /** Begins with nothing. `giveUp` is called when it has been arriving for so long that others go before it. */
  hold(giveUp: () => void): Held
  readonly usedBytes: number
}

interface Holder {
  sizeBytes: number
  sinceMs: number
  giveUp(): void
}

/**
 * Makes a budget. When it is used up, the bodies that have been arriving for the longest go first: who sends a byte a
 * second keeps nobody out.
 */
export function createByteBudget(maxBytes: number, now: MonotonicClock = () => performance.now()): ByteBudget {
  /** Those that are still arriving, the oldest first. */
  const arriving = new Set<Holder>()
  let usedBytes = 0

  function makeRoom(sizeBytes: number, own: Holder): boolean {
    for (const holder of arriving) {
      if (usedBytes + sizeBytes <= maxBytes || now() - holder.sinceMs < SLOW_MS) break
      if (holder !== own) holder.giveUp()
    }
    return usedBytes + sizeBytes <= maxBytes
  }

  return {
    hold(giveUp) {
      const holder: Holder = { sizeBytes: 0, sinceMs: now(), giveUp }
      arriving.add(holder)
      return {
        add(sizeBytes) {
          if (usedBytes + sizeBytes > maxBytes && !makeRoom(sizeBytes, holder)) return false
          usedBytes += sizeBytes
          holder.sizeBytes += sizeBytes
          return true
        },
        complete: () => void arriving.delete(holder),
        release() {
          arriving.delete(holder)
          usedBytes -= holder.sizeBytes
          holder.sizeBytes = 0
        },
      }
    },
    get usedBytes() {
      return usedBytes
    },
  }
}
