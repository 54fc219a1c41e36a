import type { Moments } from './moments.ts'

/** Estimate of what a variant changes against the control, with its standard error. */
export interface Effect {
  value: number
  standardError: number
  /** Visitors of both together. */
  count: number
  /** Degrees of freedom after Welch and Satterthwaite. */
  degreesOfFreedom: number
}

/** Range of values of an effect that the data leave open. */
export interface Interval {
  low: number
  high: number
}

/** Squared standard error of a mean. */
function errorSquared({ count, variance }: Moments): number {
  return variance / count
}

function degreesOfFreedom(control: Moments, variant: Moments): number {
  const ofControl = errorSquared(control)
  const ofVariant = errorSquared(variant)
  return (ofControl + ofVariant) ** 2 / (ofControl ** 2 / (control.count - 1) + ofVariant ** 2 / (variant.count - 1))
}

/** Returns false for moments that say nothing of a spread: fewer than two visitors, or all with the same value in both. */
function canCompare(control: Moments, variant: Moments): boolean {
  return control.count > 1 && variant.count > 1 && control.variance + variant.variance > 0
}

/** Returns the difference of the means, variant less control; undefined if nothing is known of its spread. */
export function differenceOf(control: Moments, variant: Moments): Effect | undefined {
  if (!canCompare(control, variant)) return undefined
  return {
    value: variant.mean - control.mean,
    standardError: Math.sqrt(errorSquared(control) + errorSquared(variant)),
    count: control.count + variant.count,
    degreesOfFreedom: degreesOfFreedom(control, variant),
  }
}

/**
 * Returns the relative lift, 0.05 for five percent more than the control, with its standard error by the delta method
 * (https://docs.growthbook.io/statistics/details), to be compared with other products; verdicts take `differenceOf` and `liftInterval`.
 * Returns undefined if the control's mean is not above 0, or nothing is known of the spread.
 */
export function liftOf(control: Moments, variant: Moments): Effect | undefined {
  if (!canCompare(control, variant) || control.mean <= 0) return undefined
  const ratio = variant.mean / control.mean
  return {
    value: ratio - 1,
    standardError: Math.sqrt(errorSquared(variant) + errorSquared(control) * ratio ** 2) / control.mean,
    count: control.count + variant.count,
    degreesOfFreedom: degreesOfFreedom(control, variant),
  }
}
