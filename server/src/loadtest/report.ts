import type { Latencies } from './latencies.ts'

/** Kind of a request: the decision for a known visitor, the decision for a new one, the tag's report of a view. */
export type Kind = 'returning' | 'new' | 'events'

/** Results of the requests of one kind. Latencies count from the instant at which a request was due. */
export interface KindReport {
  latencies: Latencies
  /** Answers by status; 0 for a connection that broke. */
  statuses: { [status: string]: number }
  /** Decisions by tier; empty for events. */
  tiers: { [tier: string]: number }
}

/** Known visitors' decisions over time, one number for each tenth of a second of the measured time. */
export interface Timeline {
  asked: number[]
  /** Those that were answered from the store itself, or from a fresh copy of it. */
  live: number[]
  /** Those that had no answer, or another status than 200. */
  failed: number[]
}

/** Length of one step of a timeline, in ms. */
export const TIMELINE_STEP_MS = 100

/** Results of a load test. */
export interface TrafficReport {
  kinds: { [Name in Kind]: KindReport }
  /** Decisions during the burst; all zero without one. */
  burst: Latencies
  /** Requests that had no answer 10 s after the end. */
  unanswered: number
  timeline: Timeline
  /** Start of the measured time, in ms since 1970. */
  beganMs: number
  /** Share of the measured time in which the machine had no time for a thread that wants hardly any, in percent. */
  stalledPct: number
  service: {
    /** Time of all cores that the service had, in seconds. */
    cpuS: number
    /** Its memory at the begin and at the end, in bytes. */
    residentBytes: [number, number]
    /** Delay of its event loop that 99 of 100 probes did not exceed, in ms. */
    eventLoopP99Ms: number
  }
}
