import { localOf } from '../calendar.ts'
import type { LocalMs } from '../zone.ts'
import type { DateOrder } from './log-map.ts'

/** Latest hour of a broadcaster's day, which begins at six: 25:30 is half past one of the next morning. */
const MAX_HOUR = 29

const DATE = /^(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})$/

/** Frames of a timecode (`;` for those that drop some) are less than what anybody needs. */
const TIME = /^(\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,6})|[:;]\d\d)?)?\s*([ap])?\.?(?:m\.?)?$/i

interface DateFields {
  year: number
  month: number
  day: number
}

/** Reads a date; undefined if it is none, or may mean two. */
function dateOf(text: string, order: DateOrder | undefined): DateFields | undefined {
  const [, packedYear, packedMonth, packedDay] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? []
  if (packedYear) return { year: Number(packedYear), month: Number(packedMonth), day: Number(packedDay) }
  const [, first = '', separator, second = '', third = ''] = DATE.exec(text) ?? []
  const [a, b, c] = [first, second, third].map(Number) as [number, number, number]
  if (first.length === 4 && third.length <= 2) return { year: a, month: b, day: c }
  if (third.length !== 4 || first.length > 2) return undefined
  // With dots between them, the day stands first wherever dates are written so.
  const meant = order ?? (separator === '.' ? 'dmy' : undefined)
  if (meant === 'dmy') return { day: a, month: b, year: c }
  return meant === 'mdy' ? { month: a, day: b, year: c } : undefined
}

/** Reads a date and a time of day; undefined if they are none. */
export function localTimeOf(date: string, time: string, order?: DateOrder): LocalMs | undefined {
  const day = dateOf(date.trim(), order)
  const [, hour, minute, second = '0', fraction = '', half] = TIME.exec(time.trim()) ?? []
  if (!day || hour === undefined) return undefined
  const isHalved = half !== undefined
  if (isHalved && (Number(hour) > 12 || Number(hour) === 0)) return undefined
  const hours = isHalved ? (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : Number(hour)
  const local = localOf({ ...day, hour: hours, minute: Number(minute), second: Number(second) }, MAX_HOUR)
  return local === undefined ? undefined : local + Math.round(Number(`0.${fraction || 0}`) * 1_000)
}

/** A time as a log has it. */
export type LogTime = { ms: number } | { local: LocalMs }

const EPOCH = /^1(\d{9}|\d{12})$/
const PACKED = /^(\d{8})(\d{4}(?:\d\d)?)$/
const SPLIT = /^([\d./-]+)(?:T|\s)\s*([\d:;.,]+(?:\s*[ap]\.?m\.?)?)$/i
const ZONED = /^(.*?)\s*(Z|UTC|GMT|([+-])(\d\d):?(\d\d))$/i

/** Reads a date and time in one: ISO 8601, with a space as well, of XMLTV, or seconds or ms since 1970; undefined if it is none. */
export function timestampOf(text: string, order?: DateOrder): LogTime | undefined {
  const trimmed = text.trim()
  if (EPOCH.test(trimmed)) return { ms: trimmed.length === 10 ? Number(trimmed) * 1_000 : Number(trimmed) }
  const [, before, zone, sign, hours = '0', minutes = '0'] = ZONED.exec(trimmed) ?? []
  const [, date, time] = PACKED.exec(before ?? trimmed) ?? SPLIT.exec(before ?? trimmed) ?? []
  const local = date === undefined || time === undefined ? undefined : localTimeOf(date, time, order)
  if (local === undefined) return undefined
  if (zone === undefined) return { local }
  const offsetMin = Number(hours) * 60 + Number(minutes)
  return { ms: local - (sign === '-' ? -1 : 1) * offsetMin * 60_000 }
}

/** Longest commercial, in ms. */
const MAX_DURATION_MS = 3_600_000

/** Reads a length: seconds (`30`, `29.97`, `30s`), or `mm:ss`, `hh:mm:ss` and a timecode; undefined if it is none. */
export function durationOf(text: string): number | undefined {
  const [, seconds] = /^(\d{1,5}(?:[.,]\d{1,6})?)\s*(?:s|sec|")?$/i.exec(text.trim()) ?? []
  const [, hours = '0', minutes = '0', rest] =
    /^(?:(\d{1,2}):)?(\d{1,2}):(\d\d(?:[.,]\d{1,6})?)(?:[:;]\d\d)?$/.exec(text.trim()) ?? []
  const text2 = (seconds ?? rest)?.replace(',', '.')
  if (text2 === undefined) return undefined
  const clock = seconds === undefined ? Number(hours) * 3_600_000 + Number(minutes) * 60_000 : 0
  const durationMs = clock + Math.round(Number(text2) * 1_000)
  return durationMs > 0 && durationMs <= MAX_DURATION_MS ? durationMs : undefined
}
