import type { Interval } from './report.ts'

/** Part of the intervals, counted from the newest, that is to be seen as a whole: the first days' are far wider. */
const WHOLE_SHARE = 0.75

/** Lifts that a plot shows, with 0 among them. Intervals of the first days may reach beyond it, and are cut off. */
export function liftRange(intervals: readonly Interval[]): { from: number; to: number } {
  const whole = intervals.slice(Math.floor(intervals.length * (1 - WHOLE_SHARE)))
  const from = Math.min(0, ...whole.map(({ low }) => low))
  const to = Math.max(0, ...whole.map(({ high }) => high))
  const margin = Math.max(0.005, (to - from) * 0.08)
  return { from: from - margin, to: to + margin }
}

/** At most `most` of the entries, evenly drawn, the last one among them. */
export function thinned<Entry>(entries: readonly Entry[], most: number): Entry[] {
  const step = Math.ceil(entries.length / most)
  return entries.filter((_entry, index) => (entries.length - 1 - index) % step === 0)
}
