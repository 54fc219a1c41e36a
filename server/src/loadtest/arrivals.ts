import { createRandom, uniform, zipf } from './random.ts'

/** Visitors and their rate. */
export interface Crowd {
  /** Page views a second. */
  ratePerS: number
  /** Visitors who are known, each with a profile. */
  profiles: number
  /** True: every one is as likely as the others; false: by Zipf's law, few come very often. */
  isUniform: boolean
  /** Percentage of views that are a visitor's first. */
  newPct: number
}

/** A spot on TV: for a while more views come, and half of those that it adds are somebody's first. */
export interface Burst {
  fromMs: number
  untilMs: number
  /** Factor on the rate of views. */
  factor: number
}

/** One page view. */
export interface Arrival {
  /** From the begin, in ms. */
  dueMs: number
  /** Number of a known visitor; undefined for somebody new. */
  visitor: number | undefined
}

/** Of the views that a burst adds, how many of 100 are somebody's first. */
const BURST_NEW_PCT = 50

/**
 * Page views, without end. Who comes does not know of the others, so the gaps between them are exponential: several at once
 * are as usual as none for a while.
 */
export function* arrivals(
  { ratePerS, profiles, isUniform, newPct }: Crowd,
  burst: Burst | undefined,
  seed: number,
): Generator<Arrival, never> {
  const random = createRandom(seed)
  const pick = isUniform ? uniform : zipf
  for (let dueMs = 0; ;) {
    const isBurst = burst !== undefined && dueMs >= burst.fromMs && dueMs < burst.untilMs
    const factor = isBurst ? burst.factor : 1
    dueMs += (-Math.log(1 - random()) * 1_000) / (ratePerS * factor)
    const isAdded = random() * factor >= 1
    const isNew = random() * 100 < (isAdded ? BURST_NEW_PCT : newPct)
    yield { dueMs, visitor: isNew ? undefined : pick(profiles, random) }
  }
}
