import { countOf, type Latencies, upperMs } from './latencies.ts'

/** Latencies up to a bound. */
export interface Bar {
  /** In ms. */
  untilMs: number
  /** Of all, in percent. */
  pct: number
}

/** Upper bounds that people can read, in ms: 1, 2, 5 and their multiples. */
const BOUNDS_MS = [0.01, 0.1, 1, 10, 100, 1_000, 10_000].flatMap((scale) => [1, 2, 5].map((step) => step * scale))

/** Latencies in a few bars, from the first to the last that has any. */
export function barsOf(latencies: Latencies): Bar[] {
  const total = countOf(latencies)
  const bars = BOUNDS_MS.map((untilMs) => ({ untilMs: Number(untilMs.toPrecision(1)), pct: 0 }))
  latencies.counts.forEach((count, bucket) => {
    const bar = bars.find(({ untilMs }) => upperMs(bucket) <= untilMs) ?? bars.at(-1)
    if (bar) bar.pct += (count / total) * 100
  })
  const filled = bars.map(({ pct }) => pct > 0)
  return bars.slice(Math.max(0, filled.indexOf(true)), filled.lastIndexOf(true) + 1)
}
