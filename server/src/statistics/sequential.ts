import type { Effect, Interval } from './effect.ts'
import { criticalZ, logEvidence, type Mixture } from './mixture.ts'

/**
 * Returns an interval that covers the true effect at all looks at once with probability 1 - alpha: one may look every day, and stop
 * for whatever reason. It is an asymptotic confidence sequence (Waudby-Smith et al., https://arxiv.org/abs/2103.06476).
 */
export function sequentialInterval({ value, standardError, count }: Effect, mixture: Mixture, alpha = 0.05): Interval {
  const halfWidth = criticalZ(mixture, count, alpha) * standardError
  return { low: value - halfWidth, high: value + halfWidth }
}

/** Returns a p-value that may be looked at every day: below alpha exactly if the interval for alpha excludes 0. */
export function sequentialPValue({ value, standardError, count }: Effect, mixture: Mixture): number {
  return Math.min(1, Math.exp(-logEvidence(mixture, value / standardError, count)))
}
