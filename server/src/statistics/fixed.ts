import { studentCritical, studentTails } from './distributions.ts'
import type { Effect, Interval } from './effect.ts'

/** Returns Welch's interval: it covers the true effect with probability 1 - alpha at one look that was planned before, and at no other. */
export function fixedInterval({ value, standardError, degreesOfFreedom }: Effect, alpha = 0.05): Interval {
  const halfWidth = studentCritical(alpha, degreesOfFreedom) * standardError
  return { low: value - halfWidth, high: value + halfWidth }
}

/** Returns the two-sided p-value of Welch's t-test, for one look that was planned before. */
export function fixedPValue({ value, standardError, degreesOfFreedom }: Effect): number {
  return studentTails(value / standardError, degreesOfFreedom)
}
