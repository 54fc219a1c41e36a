import type { MonotonicClock } from '../../clock.ts'
import { ProfileDamagedError } from '../../profiles/codec.ts'
import type { ReadFacts } from '../../profiles/profile.ts'
import type { ProfileStore } from '../../stores/store.ts'
import { createAssumed, type WrittenProfile } from './assumed.ts'
import { type Breaker, type BreakerState, createBreakers } from './breaker.ts'
import { createProfileCache } from './profile-cache.ts'
import { createSharedReads } from './shared-reads.ts'
import { withinBudget } from './within-budget.ts'

/** A profile, and how new it is. */
export interface ProfileFound {
  outcome: 'read'
  tier: 'live' | 'cached' | 'stale'
  profile: ReadFacts | undefined
}

/**
 * Outcome of a read: `late` took longer than the budget, `refused` was not tried because the breaker is open, `failed`
 * is the store's own error.
 */
export type ProfileRead = ProfileFound | { outcome: 'late' | 'refused' } | { outcome: 'failed'; cause: unknown }

/**
 * Reads a profile within the budget, which began at `sinceMs` (of the reader's clock) and is shared by all reads of one
 * decision. Never rejects; no promise when the store answers at once. With `mayLackSeen` nobody asks for the messages that are in it.
 */
export type ReadProfile = (
  site: string,
  id: string,
  sinceMs: number,
  mayLackSeen?: boolean,
) => ProfileRead | Promise<ProfileRead>

/** Outcome of a read, in one word. */
export type ReadOutcome = ProfileFound['tier'] | 'late' | 'refused' | 'failed'

/** Dependencies of a reader. */
export interface ProfileReaderOptions {
  store: Pick<ProfileStore, 'readFacts' | 'regions'>
  /** Longest time that a decision waits, as it is now; in ms. */
  budgetMs: () => number
  /** Memory for cached profiles, in bytes. 0: none is kept, and every read asks the store. */
  profileCacheBytes: number
  /** Default `performance.now`. */
  now?: MonotonicClock
  /** 0 to 1. Default `Math.random`. */
  random?: () => number
  /** Called with the outcome of each read. */
  onRead?: (outcome: ReadOutcome) => void
}

/** The budgeted way to profiles. */
export interface ProfileReader {
  read: ReadProfile
  /** Takes the profile that the log will make for written, until it is. */
  assume(site: string, id: string, profile: ReadFacts): void
  /** The profile has been written: no copy and no read that began before is good any more. */
  forget(site: string, id: string, profile?: WrittenProfile): void
  readonly breaker: BreakerState
  /** Memory that cached profiles take, in bytes. */
  readonly profileCacheBytes: number
}

/**
 * A copy that is fresh, else the store within the budget, else a copy that is stale: deadline over breaker over sharing
 * over store. A store that answers at once (LMDB: 2 µs) takes part in none of it: nothing is faster, and it cannot be late.
 */
export function createProfileReader(options: ProfileReaderOptions): ProfileReader {
  const { store, budgetMs, profileCacheBytes, now = () => performance.now(), random = Math.random, onRead } = options
  const cache = createProfileCache({ now, random, maxBytes: profileCacheBytes })
  const assumed = createAssumed(now)
  const shared = createSharedReads({ now, onAnswer: cache.put })
  // What is under way when another data centre is asked hangs where nobody is asked any more.
  const breakerHere = createBreakers({ now, here: () => store.regions?.current ?? '', onMove: shared.forgetAll })

  /** Tells the breaker what became of a read, at the end of the budget at the latest. */
  async function judge(answer: Promise<unknown>, breaker: Breaker): Promise<void> {
    const waited = await withinBudget(answer, budgetMs())
    // A store that gives damaged bytes has given them in time.
    const isDamaged = waited.outcome === 'failed' && waited.cause instanceof ProfileDamagedError
    if (waited.outcome === 'read' || isDamaged) breaker.succeeded()
    else breaker.failed()
  }

  /** Asks the store; undefined when it is not to be asked now. */
  function ask(
    site: string,
    id: string,
    key: string,
    mayLackSeen: boolean,
  ): ProfileFound | Promise<ReadFacts | undefined> | undefined {
    const breaker = breakerHere()
    const underWay = shared.join(key)
    if (underWay || !breaker.admits()) return underWay
    const answer = store.readFacts(site, id, mayLackSeen)
    if (!(answer instanceof Promise)) return { outcome: 'read', tier: 'live', profile: answer }
    void judge(answer, breaker)
    shared.share(key, answer)
    return answer
  }

  function reported(result: ProfileRead): ProfileRead {
    onRead?.(result.outcome === 'read' ? result.tier : result.outcome)
    return result
  }

  function read(site: string, id: string, sinceMs: number, mayLackSeen = false): ProfileRead | Promise<ProfileRead> {
    const key = `${site} ${id}`
    const soon = assumed.get(key)
    if (soon) return reported({ outcome: 'read', tier: 'live', profile: soon })
    const copy = cache.get(key)
    if (copy?.isFresh) return reported({ outcome: 'read', tier: 'cached', profile: copy.profile })
    const orStale = (result: ProfileRead): ProfileRead =>
      reported(copy && result.outcome !== 'read' ? { outcome: 'read', tier: 'stale', profile: copy.profile } : result)
    try {
      const answer = ask(site, id, key, mayLackSeen)
      if (answer === undefined) return orStale({ outcome: 'refused' })
      if (!(answer instanceof Promise)) return reported(answer)
      return withinBudget(answer, budgetMs() - (now() - sinceMs)).then(orStale)
    } catch (cause) {
      return orStale({ outcome: 'failed', cause })
    }
  }

  return {
    read,
    assume: (site, id, profile) => assumed.put(`${site} ${id}`, profile),
    forget(site, id, profile) {
      const key = `${site} ${id}`
      assumed.written(key, profile)
      shared.forget(key)
      cache.forget(key)
    },
    get breaker() {
      return breakerHere().state
    },
    get profileCacheBytes() {
      return cache.sizeBytes
    },
  }
}
