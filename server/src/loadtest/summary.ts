import { countOf, joinLatencies, type Latencies, quantileMs } from './latencies.ts'
import type { TrafficReport } from './report.ts'

/** Latencies of some requests, in ms. Everything is null if there were none. */
export interface LatencySummary {
  count: number
  p50Ms: number | null
  p95Ms: number | null
  p99Ms: number | null
  p999Ms: number | null
  maxMs: number | null
}

/** A load test in numbers. */
export interface Summary {
  decisions: LatencySummary
  returning: LatencySummary
  new: LatencySummary
  burst: LatencySummary
  events: LatencySummary
  /** Of the decisions for known visitors, in percent. */
  tiersPct: { [tier: string]: number }
  /** Answers that were no 200, by status, of all kinds; 0: the connection broke. */
  errors: { [status: string]: number }
  /** Requests without an answer. */
  unanswered: number
  /** CPU time of the service for one decision and all that came with it, its events too, in µs. */
  cpuUsPerDecision: number
  /** The same for a million, in core-seconds; the cluster's own is not in it. */
  coreSPerMillion: number
  /** The same in money; absent without a price. */
  costPerMillion?: number
  /** Share of the time that belonged to others than us, in percent, and the delay of the service's event loop. */
  stalledPct: number
  eventLoopP99Ms: number
}

function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}

function summarise(latencies: Latencies): LatencySummary {
  const count = countOf(latencies)
  const at = (share: number): number | null => (count === 0 ? null : rounded(quantileMs(latencies, share)))
  return { count, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), p999Ms: at(0.999), maxMs: at(1) }
}

/** Latencies of all decisions. */
export function decisionLatencies({ kinds }: TrafficReport): Latencies {
  return joinLatencies([kinds.returning.latencies, kinds.new.latencies])
}

/** Share of the answers to known visitors that came from the store itself or from a fresh copy of it, in percent. */
export function freshPct({ kinds }: TrafficReport): number {
  const { tiers, latencies } = kinds.returning
  return (((tiers['live'] ?? 0) + (tiers['cached'] ?? 0)) / countOf(latencies)) * 100
}

/** Answers of all kinds that were no 200, by status. */
export function errorsOf({ kinds }: TrafficReport): { [status: string]: number } {
  const errors: { [status: string]: number } = {}
  for (const { statuses } of Object.values(kinds)) {
    for (const [status, count] of Object.entries(statuses)) {
      if (status !== '200') errors[status] = (errors[status] ?? 0) + count
    }
  }
  return errors
}

/** Makes the numbers of a report. @param coreHourPrice what an hour of one core costs, in any money. */
export function summaryOf(report: TrafficReport, coreHourPrice?: number): Summary {
  const { kinds, burst, unanswered, stalledPct, service } = report
  const all = decisionLatencies(report)
  const coreSPerMillion = (service.cpuS / countOf(all)) * 1e6
  const known = countOf(kinds.returning.latencies)
  return {
    decisions: summarise(all),
    returning: summarise(kinds.returning.latencies),
    new: summarise(kinds.new.latencies),
    burst: summarise(burst),
    events: summarise(kinds.events.latencies),
    tiersPct: Object.fromEntries(
      Object.entries(kinds.returning.tiers).map(([tier, count]) => [tier, rounded((count / known) * 100, 3)]),
    ),
    errors: errorsOf(report),
    unanswered,
    cpuUsPerDecision: rounded(coreSPerMillion, 1),
    coreSPerMillion: rounded(coreSPerMillion, 1),
    ...(coreHourPrice === undefined ? {} : { costPerMillion: rounded((coreSPerMillion / 3_600) * coreHourPrice, 6) }),
    stalledPct: rounded(stalledPct),
    eventLoopP99Ms: rounded(service.eventLoopP99Ms),
  }
}
