import type { Placement } from './model.ts'
import { type Occurrence, placeOf } from './occurrence.ts'
import type { Airings } from './timeline.ts'

/**
 * Share of a programme's time that breaks may have added, if nobody says when they were: 12 minutes an hour are the most that
 * Ofcom's Code on the Scheduling of Television Advertising allows.
 */
const BREAK_SHARE = 12 / 60

/**
 * Returns the time at which a product is seen in an airing: the content's time, later by the breaks before it. If no break of the airing is known,
 * the time ends as late as breaks may have made it.
 */
export function placementSpan(
  { atMs, durationMs }: Placement,
  airing: Occurrence,
  airings: Airings,
): readonly [fromMs: number, untilMs: number] {
  const breaks = airings.breaksOf(airing.feed)
  let fromMs = airing.fromMs + atMs
  let isKnown = false
  for (let at = placeOf(breaks, airing.fromMs); at < breaks.items.length; at++) {
    const next = breaks.items[at] as Occurrence
    if (next.fromMs >= airing.toMs) break
    isKnown = true
    if (next.fromMs > fromMs) break
    fromMs += next.toMs - next.fromMs
  }
  return [fromMs, fromMs + durationMs + (isKnown ? 0 : atMs * BREAK_SHARE)]
}
