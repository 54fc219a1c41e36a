const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** In the order of `Date.prototype.getUTCDay`. */
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const

/** Six hours each, from midnight on. */
const DAYPARTS = ['night', 'morning', 'afternoon', 'evening'] as const

/** Time for which each fact of the local time stays the same, in ms; the zone does not change with time. */
export const STEP_MS: { readonly [fact: string]: number } = {
  hour: HOUR_MS,
  daypart: DAY_MS / DAYPARTS.length,
  weekday: DAY_MS,
}

function stepOf(nowMs: number, utcOffsetMin: number, stepMs: number): number {
  return Math.floor((nowMs + utcOffsetMin * 60_000) / stepMs)
}

/** Returns `value` modulo `size`, for negative values too. */
function wrap(value: number, size: number): number {
  return ((value % size) + size) % size
}

/** The hour on the visitor's clock, 0 to 23. */
export function localHour(nowMs: number, utcOffsetMin: number): number {
  return wrap(stepOf(nowMs, utcOffsetMin, HOUR_MS), 24)
}

/** `night` until 6, `morning` until 12, `afternoon` until 18, `evening` until midnight. */
export function daypart(nowMs: number, utcOffsetMin: number): string {
  return DAYPARTS[Math.floor(localHour(nowMs, utcOffsetMin) / 6)] as string
}

/** The visitor's day of the week, in English and lower case. */
export function weekday(nowMs: number, utcOffsetMin: number): string {
  // 1 January 1970 was a Thursday.
  return WEEKDAYS[wrap(stepOf(nowMs, utcOffsetMin, DAY_MS) + 4, 7)] as string
}

/** The visitor's distance from UTC as ISO 8601 writes it, such as `+02:00`. */
export function zone(utcOffsetMin: number): string {
  const minutes = Math.abs(utcOffsetMin)
  const digits = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'))
  return `${utcOffsetMin < 0 ? '-' : '+'}${digits.join(':')}`
}

/** The next instant at which a fact that lasts `stepMs` changes, in ms since 1970. */
export function nextStepMs(nowMs: number, utcOffsetMin: number, stepMs: number): number {
  return (stepOf(nowMs, utcOffsetMin, stepMs) + 1) * stepMs - utcOffsetMin * 60_000
}
