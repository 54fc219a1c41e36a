import type { Effect, Interval } from './effect.ts'
import { liftInterval } from './lift-interval.ts'
import { criticalZ, logEvidence, type Mixture } from './mixture.ts'
import type { Moments } from './moments.ts'

/**
 * Returns an interval that covers the true effect at all looks at once with probability 1 - alpha: one may look every day, and stop
 * for whatever reason. It is an asymptotic confidence sequence (Waudby-Smith et al., https://arxiv.org/abs/2103.06476).
 */
export function sequentialInterval({ value, standardError, count }: Effect, mixture: Mixture, alpha = 0.05): Interval {
  const halfWidth = criticalZ(mixture, count, alpha) * standardError
  return { low: value - halfWidth, high: value + halfWidth }
}

/** Returns the same for the relative lift, 0.05 for five percent more; undefined as long as it may be of any size. */
export function sequentialLiftInterval(
  control: Moments,
  variant: Moments,
  { mixture, alpha = 0.05 }: { mixture: Mixture; alpha?: number },
): Interval | undefined {
  return liftInterval(control, variant, criticalZ(mixture, control.count + variant.count, alpha))
}

/** Returns a p-value that may be looked at every day: below alpha exactly if the interval for alpha excludes 0. */
export function sequentialPValue({ value, standardError, count }: Effect, mixture: Mixture): number {
  return Math.min(1, Math.exp(-logEvidence(mixture, value / standardError, count)))
}
