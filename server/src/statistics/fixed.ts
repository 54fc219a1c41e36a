import { studentCritical, studentTails } from './distributions.ts'
import { differenceOf, type Effect, type Interval } from './effect.ts'
import { liftInterval } from './lift-interval.ts'
import type { Moments } from './moments.ts'

/** Returns Welch's interval: it covers the true effect with probability 1 - alpha at one look that was planned before, and at no other. */
export function fixedInterval({ value, standardError, degreesOfFreedom }: Effect, alpha = 0.05): Interval {
  const halfWidth = studentCritical(alpha, degreesOfFreedom) * standardError
  return { low: value - halfWidth, high: value + halfWidth }
}

/** Returns the same for the relative lift, 0.05 for five percent more; undefined if it may be of any size, or nothing is known of the spread. */
export function fixedLiftInterval(control: Moments, variant: Moments, alpha = 0.05): Interval | undefined {
  const difference = differenceOf(control, variant)
  return difference && liftInterval(control, variant, studentCritical(alpha, difference.degreesOfFreedom))
}

/** Returns the two-sided p-value of Welch's t-test, for one look that was planned before. */
export function fixedPValue({ value, standardError, degreesOfFreedom }: Effect): number {
  return studentTails(value / standardError, degreesOfFreedom)
}
