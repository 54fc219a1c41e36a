import type { LocalMs } from './zone.ts'

/** Fields of a date and time of day; `hour` may be up to 29, for a broadcaster's day that begins at six. */
export interface CalendarFields {
  year: number
  month?: number
  day?: number
  hour?: number
  minute?: number
  second?: number
}

/** Latest hour of a broadcaster's day. */
const MAX_HOUR = 29

/** Returns the local time of fields; undefined if there is no such day or time. */
export function localOf({ year, month = 1, day = 1, hour = 0, minute = 0, second = 0 }: CalendarFields, maxHour = 23) {
  if (year < 1000 || hour > Math.min(maxHour, MAX_HOUR) || minute > 59 || second > 59) return undefined
  const midnight: LocalMs = Date.UTC(year, month - 1, day)
  const date = new Date(midnight)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined
  return midnight + ((hour * 60 + minute) * 60 + second) * 1_000
}
