/** A date and time of day without a zone, as ms since 1970 if it were in UTC. */
export type LocalMs = number

/** The instant that a local time names. */
export interface Instant {
  ms: number
  /** `skipped`: clocks were put forward over it; `twice`: they were put back, and it came again at `againMs`. */
  kind: 'once' | 'skipped' | 'twice'
  againMs?: number
}

/** A zone of the IANA database. */
export interface Zone {
  /**
   * Finds the instant of a local time. One that is skipped is read with the offset before the change, so 02:30 becomes 03:30; of one that
   * comes twice the first is taken (both as Temporal's `compatible` has it).
   */
  instantOf(local: LocalMs): Instant
}

const DAY_MS = 86_400_000

/** Offsets change at whole quarters of an hour, since 1972 at least (tz database). */
const QUARTER_MS = 900_000

/** Quarters of which the offset is remembered: 100 days. A formatter takes 2 µs, and logs are in their order. */
const MAX_REMEMBERED = 9_600

/**
 * Makes a zone.
 * @throws RangeError for a name that is none
 */
export function createZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: name, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  })
  const remembered = new Map<number, number>()

  function offsetAt(ms: number): number {
    const quarter = Math.floor(ms / QUARTER_MS)
    const known = remembered.get(quarter)
    if (known !== undefined) return known
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = format
      .format(quarter * QUARTER_MS)
      .split(/\D+/)
      .map(Number)
    const offsetMs = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * QUARTER_MS
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    remembered.set(quarter, offsetMs)
    return offsetMs
  }

  return {
    instantOf(local) {
      const [before, after] = [offsetAt(local - DAY_MS), offsetAt(local + DAY_MS)]
      const [first, second] = [local - before, local - after]
      const isFirst = offsetAt(first) === before
      const isSecond = offsetAt(second) === after
      if (isFirst && isSecond && first !== second) {
        return { ms: Math.min(first, second), kind: 'twice', againMs: Math.max(first, second) }
      }
      if (isFirst) return { ms: first, kind: 'once' }
      return isSecond ? { ms: second, kind: 'once' } : { ms: first, kind: 'skipped' }
    },
  }
}

/** Zones by their name, each made once; undefined for a name that is none. */
export function createZones(): (name: string) => Zone | undefined {
  const zones = new Map<string, Zone | undefined>()
  return (name) => {
    if (!zones.has(name)) zones.set(name, zoneOf(name))
    return zones.get(name)
  }
}

function zoneOf(name: string): Zone | undefined {
  try {
    return createZone(name)
  } catch {
    return undefined
  }
}
