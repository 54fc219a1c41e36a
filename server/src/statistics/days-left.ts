import type { Effect } from './effect.ts'
import { criticalZ, type Mixture } from './mixture.ts'

/** Farther ahead nobody plans. */
const MOST_DAYS = 365

/**
 * Forecasts the days until an always-valid interval excludes 0, if visitors come as before and the effect stays as it is;
 * undefined if that is more than a year. `value` is the effect that is hoped for; without it, the one observed.
 */
export function daysLeft(
  effect: Effect,
  options: { visitorsPerDay: number; mixture: Mixture; alpha?: number; value?: number },
): number | undefined {
  const { visitorsPerDay, mixture, alpha = 0.05, value = effect.value } = options
  const isDecided = (days: number): boolean => {
    const count = effect.count + days * visitorsPerDay
    const standardError = effect.standardError * Math.sqrt(effect.count / count)
    return Math.abs(value) > criticalZ(mixture, count, alpha) * standardError
  }
  if (!isDecided(MOST_DAYS)) return undefined
  let days = 0
  while (!isDecided(days)) days++
  return days
}
