import type { Interval } from './report.ts'

/** Formats whole numbers with a comma at thousands. */
export function countText(count: number): string {
  return count.toLocaleString('en-GB')
}

/** Percentage below which one decimal would say 0, and the least that is told. */
const TINY = 0.05
const LEAST = 0.001

/** Formats a share as a percentage without sign: two digits that count, at most one decimal; of tiny ones one digit, so that only 0 is 0. */
export function percentText(share: number): string {
  const percent = Math.abs(share) * 100
  if (percent > 0 && percent < TINY) return String(Math.max(LEAST, Number(percent.toPrecision(1))))
  return percent >= 10 ? String(Math.round(percent)) : String(Math.round(percent * 10) / 10)
}

/** "2 to 6 % more", of an interval that excludes 0. */
export function gainText({ low, high }: Interval): string {
  const isMore = low > 0
  const [least, most] = isMore ? [low, high] : [high, low]
  const [from, to] = [percentText(least), percentText(most)]
  return `${from === to ? from : `${from} to ${to}`} % ${isMore ? 'more' : 'less'}`
}

/** "between 3 % less and 8 % more", of an interval that includes 0. */
export function rangeText({ low, high }: Interval): string {
  return `between ${percentText(low)} % less and ${percentText(high)} % more`
}

/** Day of an instant by UTC, such as 2026-03-01. */
export function dayText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

/** "about 4 more days". */
export function daysText(days: number): string {
  if (days < 1.5) return 'about one more day'
  if (days <= 60) return `about ${Math.round(days)} more days`
  return `about ${Math.round(days / 30)} more months`
}

/** "flowers", or "flowers and roses", or "flowers, roses and tulips". */
export function listText(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
