import type { Playlist } from './read-playlist.ts'

/**
 * Makes what tells the time at a place of a playlist: counted from the date that is said last before it, else back from the first date. In a
 * playlist without dates, its end is the time at which it was fetched: then the last segment had just been made.
 */
export function timesOf({ dates, durationMs }: Playlist, fetchedMs: number): (offsetMs: number) => number {
  const end = { offsetMs: durationMs, ms: fetchedMs }
  return (offsetMs) => {
    const from = dates.findLast((date) => date.offsetMs <= offsetMs) ?? dates[0] ?? end
    return Math.round(from.ms + offsetMs - from.offsetMs)
  }
}
