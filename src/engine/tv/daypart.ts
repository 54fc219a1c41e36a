/** Parts of a day on TV, each with the hour at which it begins, by the zone of the feed. */
const DAYPARTS = [
  [0, 'overnight'],
  [6, 'breakfast'],
  [9, 'daytime'],
  [17, 'early-evening'],
  [20, 'peak'],
  [23, 'late'],
] as const

/** Names of the parts of a day. */
export const TV_DAYPARTS: readonly string[] = DAYPARTS.map(([, name]) => name)

const HOUR_MS = 3_600_000

/** Zones change their distance from UTC at multiples of this, in ms. */
const STEP_MS = 900_000

const formats = new Map<string, Intl.DateTimeFormat>()

function hourAt(zone: string, nowMs: number): number {
  const format =
    formats.get(zone) ?? new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' })
  formats.set(zone, format)
  return Number(format.format(nowMs))
}

function partOf(hour: number): string {
  return DAYPARTS.filter(([from]) => from <= hour)
    .map(([, name]) => name)
    .at(-1) as string
}

/** Finds the part of the day at an instant, and the first instant after it at which it may be another. */
export type DaypartAt = (nowMs: number) => { part: string; changesAtMs: number }

/** Makes the look-up for a zone. Formatting takes 1 µs or more, so that each quarter of an hour is formatted once. */
export function createDaypartAt(zone: string): DaypartAt {
  let known = { part: '', fromMs: 0, changesAtMs: 0 }
  return (nowMs) => {
    if (nowMs >= known.fromMs && nowMs < known.changesAtMs) return known
    const fromMs = Math.floor(nowMs / STEP_MS) * STEP_MS
    const part = partOf(hourAt(zone, fromMs))
    let changesAtMs = fromMs + STEP_MS
    // A day at most: the hour comes again then.
    while (changesAtMs < fromMs + 24 * HOUR_MS && partOf(hourAt(zone, changesAtMs)) === part) changesAtMs += STEP_MS
    known = { part, fromMs, changesAtMs }
    return known
  }
}
