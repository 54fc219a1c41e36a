/** RFC 3339, with the seconds that ISO 8601 would let one leave out. */
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-](\d\d):(\d\d))$/

/** UTC+14:00 is the farthest that a clock is from UTC. */
const MAX_OFFSET_MIN = 14 * 60

/**
 * The instant that a text names, in ms since 1970; undefined when there is no such day or no such time. `Date.parse` takes
 * 30 February for 2 March and 24:00 for the next day.
 */
export function instantMs(text: string): number | undefined {
  const parts = INSTANT.exec(text)
    ?.slice(1)
    .map((part) => Number(part ?? 0))
  if (!parts) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHours = 0, offsetMinutes = 0] = parts
  if (hour > 23 || minute > 59 || second > 59 || offsetMinutes > 59) return undefined
  if (offsetHours * 60 + offsetMinutes > MAX_OFFSET_MIN) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const isDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isDay ? Date.parse(text) : undefined
}
