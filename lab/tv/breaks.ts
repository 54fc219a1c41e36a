import type { Airing, Break } from 'prepaint/engine'

const MINUTE_MS = 60_000

/** Length of a commercial, and of all that a break has of them, in ms. */
export const SPOT_MS = 30_000
const BREAK_MS = 5 * SPOT_MS

/** Programme between two breaks, in ms: about what British channels have. */
const PART_MS = 18 * MINUTE_MS

/**
 * Derives the breaks of a programme, which listings do not have: as many as parts of 18 minutes fit, at even distances and up to a minute
 * earlier or later, on a whole second. A programme of less than 20 minutes has none.
 */
export function breaksOf({ fromMs, toMs }: Airing, chance: () => number): Break[] {
  const count = Math.floor((toMs - fromMs - 2 * MINUTE_MS) / PART_MS)
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const evenMs = fromMs + ((index + 1) * (toMs - fromMs - BREAK_MS)) / (count + 1)
    const startMs = Math.round((evenMs + (chance() - 0.5) * 2 * MINUTE_MS) / 1_000) * 1_000
    return { fromMs: startMs, toMs: startMs + BREAK_MS }
  })
}
