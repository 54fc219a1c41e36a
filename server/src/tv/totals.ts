import type { Statement } from 'prepaint/engine'

/** Numbers of what was read of airing data. */
export interface TvTotals {
  statements: number
  airings: number
  breaks: number
  spots: number
  /** By feed: the first start and the last end of what is told of it, ISO 8601. */
  feeds: { [feed: string]: { from: string; to: string } }
}

/** Counts statements. */
export interface TvCount {
  add(statement: Statement): void
  totals(): TvTotals
}

/** Makes what counts statements. */
export function createTvCount(): TvCount {
  const numbers = { statements: 0, airings: 0, breaks: 0, spots: 0 }
  const feeds = new Map<string, { fromMs: number; toMs: number }>()
  return {
    add({ feed, range, airings = [], breaks = [], spots = [] }) {
      numbers.statements++
      numbers.airings += airings.length
      numbers.breaks += breaks.length
      numbers.spots += spots.length
      const known = feeds.get(feed) ?? { fromMs: Infinity, toMs: -Infinity }
      for (const { fromMs, toMs } of [...(range ? [range] : []), ...airings, ...breaks, ...spots]) {
        known.fromMs = Math.min(known.fromMs, fromMs)
        known.toMs = Math.max(known.toMs, toMs)
      }
      feeds.set(feed, known)
    },
    totals() {
      const text = (ms: number): string => new Date(ms).toISOString()
      const spans = [...feeds].map(
        ([feed, { fromMs, toMs }]) => [feed, { from: text(fromMs), to: text(toMs) }] as const,
      )
      return { ...numbers, feeds: Object.fromEntries(spans) }
    },
  }
}
