/** Upper bound of the first bucket, in ms. */
const FIRST_MS = 0.01

/** Each bucket ends 1 % above the one before: what is read from them is at most 1 % too large. */
const STEP = 1.01

/** Times by their length, in buckets: a long run needs no more memory than a short one. */
export interface Latencies {
  /** Number of times in each bucket. */
  counts: number[]
  /** Exact; 0 when there are none. */
  maxMs: number
}

/** No times yet. */
export function noLatencies(): Latencies {
  return { counts: [], maxMs: 0 }
}

/** Upper bound of a bucket, in ms. */
export function upperMs(bucket: number): number {
  return FIRST_MS * STEP ** bucket
}

/** Adds one time, in ms. */
export function addLatency(latencies: Latencies, ms: number): void {
  const { counts } = latencies
  const bucket = Math.max(0, Math.ceil(Math.log(ms / FIRST_MS) / Math.log(STEP)))
  while (counts.length <= bucket) counts.push(0)
  counts[bucket] = (counts[bucket] as number) + 1
  latencies.maxMs = Math.max(latencies.maxMs, ms)
}

/** All times of several. */
export function joinLatencies(all: readonly Latencies[]): Latencies {
  const length = Math.max(0, ...all.map(({ counts }) => counts.length))
  const counts = Array.from({ length }, (_none, bucket) => all.reduce((sum, one) => sum + (one.counts[bucket] ?? 0), 0))
  return { counts, maxMs: Math.max(0, ...all.map(({ maxMs }) => maxMs)) }
}

/** Returns the number of all times. */
export function countOf({ counts }: Latencies): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

/** The time within which `share` (0 to 1) of them lie, in ms; NaN when there are none. */
export function quantileMs(latencies: Latencies, share: number): number {
  const { counts, maxMs } = latencies
  const rank = Math.max(1, Math.ceil(countOf(latencies) * share))
  let below = 0
  const bucket = counts.findIndex((count) => (below += count) >= rank)
  return bucket < 0 ? Number.NaN : Math.min(maxMs, upperMs(bucket))
}
