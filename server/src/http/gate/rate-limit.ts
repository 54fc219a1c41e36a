import type { MonotonicClock } from '../../clock.ts'
import { ownText } from '../app/own-text.ts'

/** Time that an unused allowance takes to fill again, in ms: a burst may spend a minute's worth at once. */
const WINDOW_MS = 60_000

/** Keys that are remembered; beyond them the one that was charged longest ago is forgotten, and so not limited. */
const MAX_KEYS = 65_536

/** Longest key, in characters: with it the bytes of all keys have a bound, 16 MiB at most. */
const MAX_KEY_LENGTH = 128

/** Says who may ask again now, and remembers who has asked. */
export interface RateLimit {
  /** True when this key may ask once more; nothing is charged. */
  allows(key: string): boolean
  /** One more request of this key, or so many. */
  charge(key: string, count?: number): void
  /** Keys that are remembered. */
  readonly size: number
}

/**
 * Allows `perMinute` a minute to each key, evenly after a burst: the generic cell rate algorithm (ITU-T I.371), which
 * needs one instant a key.
 */
export function createRateLimit(perMinute: number, now: MonotonicClock, maxKeys = MAX_KEYS): RateLimit {
  const spacingMs = WINDOW_MS / perMinute
  /** Time at which each key's allowance will be full again. */
  const fullMs = new Map<string, number>()
  const bounded = (key: string): string => (key.length > MAX_KEY_LENGTH ? key.slice(0, MAX_KEY_LENGTH) : key)
  const nextMs = (key: string, nowMs: number, count = 1): number =>
    Math.max(nowMs, fullMs.get(key) ?? 0) + spacingMs * count
  return {
    allows(key) {
      const nowMs = now()
      // Not by the difference, which rounding may make greater than what was added.
      return nextMs(bounded(key), nowMs) <= nowMs + WINDOW_MS
    },
    charge(key, count) {
      const own = ownText(bounded(key))
      const fullAtMs = nextMs(own, now(), count)
      fullMs.delete(own)
      fullMs.set(own, fullAtMs)
      if (fullMs.size > maxKeys) fullMs.delete(fullMs.keys().next().value as string)
    },
    get size() {
      return fullMs.size
    },
  }
}
