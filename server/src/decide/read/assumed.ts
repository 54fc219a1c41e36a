import type { MonotonicClock } from '../../clock.ts'
import type { ProfileFacts } from '../../profiles/profile.ts'

/** Time for which a profile is assumed to be as it will be written, in ms: folding lags by less, or by much more. */
const ASSUMED_MS = 10_000

/** Profiles assumed at once; each may have 20 KB. */
const MAX_ASSUMED = 1_000

/** The part of a written profile that is compared with what is assumed. */
export interface WrittenProfile {
  link?: { untilMs: number }
}

/** Profiles as the log will make them, by any key, until they are written. */
export interface Assumed {
  get(key: string): ProfileFacts | undefined
  put(key: string, profile: ProfileFacts): void
  /** The profile has been written so: what is written may be older than what is assumed. */
  written(key: string, profile: WrittenProfile | undefined): void
}

/** Makes the memory. */
export function createAssumed(now: MonotonicClock): Assumed {
  const entries = new Map<string, { profile: ProfileFacts; endMs: number }>()
  return {
    get(key) {
      const entry = entries.size > 0 ? entries.get(key) : undefined
      return entry && now() < entry.endMs ? entry.profile : undefined
    },
    put(key, profile) {
      entries.delete(key)
      const [oldest] = entries.size >= MAX_ASSUMED ? entries.keys() : []
      if (oldest !== undefined) entries.delete(oldest)
      entries.set(key, { profile, endMs: now() + ASSUMED_MS })
    },
    written(key, profile) {
      const awaited = entries.get(key)?.profile.link
      if (awaited && profile?.link && profile.link.untilMs !== awaited.untilMs) return
      entries.delete(key)
    },
  }
}
