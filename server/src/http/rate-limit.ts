/** How long an unused allowance takes to fill again, in ms: a burst may spend a minute's worth at once. */
const WINDOW_MS = 60_000

/** Keys that are remembered; beyond them the one that was admitted longest ago is forgotten, and so not limited. */
const MAX_KEYS = 65_536

/** Says who may ask again now. */
export interface RateLimit {
  admits(key: string): boolean
}

/**
 * Allows `perMinute` a minute to each key, evenly after a burst: the generic cell rate algorithm (ITU-T I.371), which
 * needs one instant a key. `now` gives ms of any clock that does not go back.
 */
export function createRateLimit(perMinute: number, now: () => number, maxKeys = MAX_KEYS): RateLimit {
  const spacingMs = WINDOW_MS / perMinute
  /** When a key's allowance will be full again. */
  const fullMs = new Map<string, number>()
  return {
    admits(key) {
      const nowMs = now()
      const nextMs = Math.max(nowMs, fullMs.get(key) ?? 0) + spacingMs
      // Not by the difference, which rounding may make greater than what was added.
      if (nextMs > nowMs + WINDOW_MS) return false
      fullMs.delete(key)
      fullMs.set(key, nextMs)
      if (fullMs.size > maxKeys) fullMs.delete(fullMs.keys().next().value as string)
      return true
    },
  }
}
