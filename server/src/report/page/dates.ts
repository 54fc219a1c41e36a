const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

const long = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** Day of an instant by UTC: 30 June 2026. */
export function dateText(atMs: number): string {
  return long.format(atMs)
}

/** Day without its year: 30 Jun. */
export function shortDate(atMs: number): string {
  return short.format(atMs)
}

/** Length of time in days, or hours: 7 days. */
export function durationText(lengthMs: number): string {
  const [count, unit] = lengthMs >= DAY_MS ? [lengthMs / DAY_MS, 'day'] : [lengthMs / HOUR_MS, 'hour']
  const rounded = Math.round(count * 10) / 10
  return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`
}
