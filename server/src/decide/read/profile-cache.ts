import type { MonotonicClock } from '../../clock.ts'
import type { ReadFacts } from '../../profiles/profile.ts'

/**
 * Time for which a cached profile is as good as the store, in ms: changes by other writers of the store show this much
 * later.
 */
const FRESH_MS = 2_000

/** Time for which "there is no profile" is cached, in ms: a first event must be seen soon. */
const ABSENT_MS = 1_000

/** Time for which a cached profile may replace a store that does not answer, in ms. */
const STALE_MS = 3_600_000

/** Share of its life by which a copy's end is early: copies made together must not ask the store together again. */
const JITTER = 0.25

/** A profile as the store had it a while ago. */
export interface Copy {
  profile: ReadFacts | undefined
  isFresh: boolean
}

/** Cached profiles in this process, by any key; the least used ones give way. */
export interface ProfileCache {
  get(key: string): Copy | undefined
  put(key: string, profile: ReadFacts | undefined): void
  forget(key: string): void
  readonly sizeBytes: number
}

/** Dependencies of a cache. */
export interface ProfileCacheOptions {
  now: MonotonicClock
  /** 0 to 1. */
  random: () => number
  /** Memory for all copies, in bytes as {@link sizeBytes} estimates them; with 0 nothing is kept. */
  maxBytes: number
}

interface Entry {
  profile: ReadFacts | undefined
  sizeBytes: number
  freshUntilMs: number
  endMs: number
}

/** About what a copy takes: V8 needs 2 bytes a character at worst, and about as much again for the objects around them. */
function sizeBytes(key: string, profile: ReadFacts | undefined): number {
  const { seen, ...facts } = profile ?? {}
  return 200 + key.length * 2 + JSON.stringify(facts).length * 4 + (seen?.length ?? 0)
}

/** Makes an empty cache. */
export function createProfileCache({ now, random, maxBytes }: ProfileCacheOptions): ProfileCache {
  const entries = new Map<string, Entry>()
  let total = 0

  function forget(key: string): void {
    total -= entries.get(key)?.sizeBytes ?? 0
    entries.delete(key)
  }

  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      if (entry.endMs <= now()) return void forget(key)
      // A map keeps the order of insertion: what was used last stands last.
      entries.delete(key)
      entries.set(key, entry)
      return { profile: entry.profile, isFresh: now() < entry.freshUntilMs }
    },
    put(key, profile) {
      if (maxBytes === 0) return
      forget(key)
      const lifeMs = (profile ? FRESH_MS : ABSENT_MS) * (1 - JITTER * random())
      const freshUntilMs = now() + lifeMs
      const endMs = profile ? now() + STALE_MS : freshUntilMs
      const entry = { profile, sizeBytes: sizeBytes(key, profile), freshUntilMs, endMs }
      entries.set(key, entry)
      total += entry.sizeBytes
      for (const oldest of entries.keys()) {
        if (total <= maxBytes) break
        forget(oldest)
      }
    },
    forget,
    get sizeBytes() {
      return total
    },
  }
}
