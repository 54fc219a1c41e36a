import type { Cap, Experience } from './catalog.ts'
import type { Showings } from './context.ts'
import type { Frame } from './frame.ts'

const HOUR_MS = 3_600_000

function showingsOf({ id }: Experience, { visitor }: Frame): Showings | undefined {
  const { shown } = visitor ?? {}
  return shown && Object.hasOwn(shown, id) ? shown[id] : undefined
}

function countOf(cap: Cap, showings: Showings, nowMs: number): number {
  const { hours } = cap
  if (hours === undefined) return showings.count
  return showings.recentMs.filter((atMs) => atMs > nowMs - hours * HOUR_MS).length
}

/** Returns how often a visitor may still be shown an experience under its cap; an unknown visitor was shown none. */
export function showingsLeft(experience: Experience, cap: Cap, frame: Frame): number {
  const showings = showingsOf(experience, frame)
  return cap.times - (showings ? countOf(cap, showings, frame.nowMs) : 0)
}

/**
 * Returns the instant from which a visitor at the cap may be shown the experience again, in ms since 1970; undefined
 * for never.
 */
export function reopensAtMs(experience: Experience, { times, hours }: Cap, frame: Frame): number | undefined {
  const { recentMs = [] } = showingsOf(experience, frame) ?? {}
  // Once this one has left the window, fewer than `times` are in it.
  const last = recentMs[recentMs.length - times]
  return hours === undefined || last === undefined ? undefined : last + hours * HOUR_MS
}
