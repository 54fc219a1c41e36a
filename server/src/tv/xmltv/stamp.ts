import { localOf } from '../calendar.ts'
import type { Zone } from '../zone.ts'

/** `YYYYMMDDhhmmss`, or the beginning of it, and a zone behind (xmltv.dtd). */
const STAMP = /^(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:\s*(\S.*))?$/

const OFFSET = /^([+-])(\d\d):?(\d\d)?$/

/** Farthest offset from UTC (Kiribati), in minutes. */
const MAX_OFFSET_MIN = 840

const UTC = new Set(['UTC', 'GMT', 'UT', 'Z'])

/** An instant, and what had to be supposed for it. */
export interface Stamp {
  ms: number
  /** `none`: no zone is said. `named`: its name is not of the few that mean one thing. The channel's zone was taken for both. */
  zone: 'said' | 'none' | 'named'
  /** The local time is one that clocks skip, or that comes twice. */
  kind: 'once' | 'skipped' | 'twice'
}

/** Distance from UTC in minutes; undefined if it is none, NaN if it is too far. */
function offsetOf(text: string): number | undefined {
  if (UTC.has(text.toUpperCase())) return 0
  const [, sign, hours, minutes = '0'] = OFFSET.exec(text) ?? []
  if (sign === undefined) return undefined
  const offsetMin = Number(hours) * 60 + Number(minutes)
  if (offsetMin > MAX_OFFSET_MIN || Number(minutes) > 59) return NaN
  return sign === '-' ? -offsetMin : offsetMin
}

/** Reads a time of XMLTV; undefined if it is none. */
export function readStamp(text: string, zone: Zone): Stamp | undefined {
  const [, year, month, day, hour, minute, second, zoneText] = STAMP.exec(text.trim()) ?? []
  if (year === undefined) return undefined
  const number = (digits: string | undefined, least: number): number => (digits === undefined ? least : Number(digits))
  const local = localOf({
    ...{ year: Number(year), month: number(month, 1), day: number(day, 1) },
    ...{ hour: number(hour, 0), minute: number(minute, 0), second: number(second, 0) },
  })
  if (local === undefined) return undefined
  const offsetMin = zoneText === undefined ? undefined : offsetOf(zoneText)
  if (Number.isNaN(offsetMin)) return undefined
  if (offsetMin !== undefined) return { ms: local - offsetMin * 60_000, zone: 'said', kind: 'once' }
  return { ...zone.instantOf(local), zone: zoneText === undefined ? 'none' : 'named' }
}
