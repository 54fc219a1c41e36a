import { type Gap, mergeGaps, msInGaps } from '../../../../lab/load/gaps.ts'
import { quantile } from '../../../../lab/statistics.ts'
import type { Decision } from './crowd.ts'

/** Counts of how decisions were answered. */
export interface Summary {
  count: number
  tiers: { [tier: string]: number }
  /** Time that the service and who asks it were given the machine, in ms. */
  p50Ms: number
  p99Ms: number
  p999Ms: number
  maxMs: number
  /** The same with the time in which they were not. */
  p999WithStallsMs: number
  /** Share of the time in which one of them was not, in percent. */
  stalledPct: number
}

/** Sums up decisions, with the gaps of the event loops on both sides taken off their times. */
export function summarise(decisions: readonly Decision[], gaps: readonly Gap[]): Summary {
  const merged = mergeGaps(gaps)
  const span = { fromMs: decisions[0]?.fromMs ?? 0, untilMs: decisions.at(-1)?.untilMs ?? 0 }
  const withStalls = decisions.map(({ fromMs, untilMs }) => untilMs - fromMs)
  const times = decisions.map((decision, at) => (withStalls[at] as number) - msInGaps(decision, merged))
  const tiers: { [tier: string]: number } = {}
  for (const { tier = 'none' } of decisions) tiers[tier] = (tiers[tier] ?? 0) + 1
  return {
    count: decisions.length,
    tiers,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    p999Ms: quantile(times, 0.999),
    maxMs: quantile(times, 1),
    p999WithStallsMs: quantile(withStalls, 0.999),
    stalledPct: (msInGaps(span, merged) / (span.untilMs - span.fromMs)) * 100,
  }
}

/** In one line. */
export function line({ count, tiers, stalledPct, ...times }: Summary): string {
  const mix = Object.entries(tiers)
    .map(([tier, of]) => `${tier} ${((of / count) * 100).toFixed(1)} %`)
    .join(', ')
  const [p50, p99, p999, max, raw] = [times.p50Ms, times.p99Ms, times.p999Ms, times.maxMs, times.p999WithStallsMs].map(
    (ms) => ms.toFixed(1),
  )
  return `${count} decisions: ${mix}; p50 ${p50} p99 ${p99} p99.9 ${p999} max ${max} ms; stalled ${stalledPct.toFixed(0)} %, with it p99.9 ${raw} ms`
}
