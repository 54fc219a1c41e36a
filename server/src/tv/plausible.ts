import type { TvFindingCode } from './finding.ts'

const DAY_MS = 86_400_000

/** Days before and after now of which airings are taken: a year that was mistyped would else make a range of a thousand years. */
export const PLAUSIBLE_DAYS = 400

/** Longest airing that the service takes (`ingest/statement-schema.ts`): one that is longer would have it refuse all that is sent with it. */
const LONGEST_MS = DAY_MS

/** Time of an airing as its source has it. */
interface Span {
  fromMs: number
  toMs: number
}

/** Returns what keeps a time from being taken; undefined if nothing does. */
export function flawOf({ fromMs, toMs }: Span, nowMs: number): { code: TvFindingCode; message: string } | undefined {
  const from = new Date(fromMs).toISOString()
  // Listings have bulletins of a minute or two without a length of their own (49 of 1,964 in lab/tv/data).
  if (toMs === fromMs) return { code: 'tv_empty', message: `starts at ${from} and has no length: it was left out` }
  if (toMs < fromMs) return { code: 'tv_negative', message: `starts at ${from}, after it stops` }
  if (toMs - fromMs > LONGEST_MS)
    return { code: 'tv_long', message: `starts at ${from}, and takes ${Math.round((toMs - fromMs) / 3_600_000)} hours` }
  if (fromMs < nowMs - PLAUSIBLE_DAYS * DAY_MS)
    return { code: 'tv_past', message: `starts at ${from}, more than ${PLAUSIBLE_DAYS} days ago` }
  if (toMs > nowMs + PLAUSIBLE_DAYS * DAY_MS)
    return { code: 'tv_future', message: `starts at ${from}, and ends more than ${PLAUSIBLE_DAYS} days from now` }
  return undefined
}
