import type { MonotonicClock } from '../../clock.ts'
import { createOutcomes } from './outcomes.ts'

/** Time without reads before one is tried, in ms. */
const COOL_DOWN_MS = 1_000

/** Probes that must succeed, one after the other, before everybody may read again. */
const PROBES = 3

/** `open`: no reads; `half-open`: one at a time, to see whether the store is back. */
export type BreakerState = 'closed' | 'half-open' | 'open'

/** Stops asking a store that does not answer in time, so that decisions do not wait for it. */
export interface Breaker {
  readonly state: BreakerState
  /** Returns true if a read may be made now; its outcome must be reported by `succeeded` or `failed`. */
  admits(): boolean
  succeeded(): void
  failed(): void
}

/** Makes a closed breaker. */
export function createBreaker(now: MonotonicClock): Breaker {
  let outcomes = createOutcomes(now)
  let openUntilMs: number | undefined
  let isProbing = false
  let successes = 0

  function open(): void {
    outcomes = createOutcomes(now)
    openUntilMs = now() + COOL_DOWN_MS
    isProbing = false
    successes = 0
  }

  function record(isFailure: boolean): void {
    outcomes.record(isFailure)
    if (outcomes.areBad) open()
  }

  return {
    get state() {
      if (openUntilMs === undefined) return 'closed'
      return now() < openUntilMs ? 'open' : 'half-open'
    },
    admits() {
      if (this.state !== 'half-open') return this.state === 'closed'
      if (isProbing) return false
      isProbing = true
      return true
    },
    succeeded() {
      if (openUntilMs === undefined) return record(false)
      // A read from before it opened, which tells nothing of now.
      if (!isProbing) return
      isProbing = false
      successes++
      if (successes >= PROBES) openUntilMs = undefined
    },
    failed() {
      if (openUntilMs === undefined) record(true)
      else if (isProbing) open()
    },
  }
}

/** Dependencies of {@link createBreakers}. */
export interface BreakersOptions {
  now: MonotonicClock
  /** Name of the place that is asked now. */
  here: () => string
  /** Called when another region is asked than the last time. */
  onMove: () => void
}

/**
 * Makes a breaker for each place, and gives that of the place that is asked now: that one data centre does not answer says
 * nothing of the one that stands in for it.
 */
export function createBreakers({ now, here, onMove }: BreakersOptions): () => Breaker {
  const breakers = new Map<string, Breaker>()
  let last = here()
  return () => {
    const region = here()
    if (region !== last) onMove()
    last = region
    const breaker = breakers.get(region) ?? createBreaker(now)
    breakers.set(region, breaker)
    return breaker
  }
}
