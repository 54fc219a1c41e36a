import type { MonotonicClock } from '../clock.ts'
import type { Burst } from './arrivals.ts'
import type { Answer } from './connection.ts'
import { addLatency, noLatencies } from './latencies.ts'
import { type Kind, type KindReport, type Timeline, TIMELINE_STEP_MS, type TrafficReport } from './report.ts'

/** Takes notes of answers. */
export interface Recorder {
  /** @param dueMs when it was due, from the begin of the measured time; what was due before is not noted. */
  record(kind: Kind, dueMs: number, answer: Answer): void
  readonly report: Pick<TrafficReport, 'kinds' | 'burst' | 'timeline'>
}

/** All slots of an answer have one tier. */
const TIER = /"tier":"(\w+)"/

function increase(counts: { [name: string]: number }, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

function nothing(): KindReport {
  return { latencies: noLatencies(), statuses: {}, tiers: {} }
}

/** Makes a recorder for so long a measured time. `now` gives ms since its begin. */
export function createRecorder(options: {
  now: MonotonicClock
  measureMs: number
  burst?: Burst | undefined
}): Recorder {
  const { now, measureMs, burst = { fromMs: 0, untilMs: 0 } } = options
  const steps = (): number[] => Array.from({ length: Math.ceil(measureMs / TIMELINE_STEP_MS) }, () => 0)
  const timeline: Timeline = { asked: steps(), live: steps(), failed: steps() }
  const report = { kinds: { returning: nothing(), new: nothing(), events: nothing() }, burst: noLatencies(), timeline }

  function draw(dueMs: number, isLive: boolean, isFailed: boolean): void {
    const step = Math.floor(dueMs / TIMELINE_STEP_MS)
    const add = (counts: number[]): void => void (counts[step] = (counts[step] ?? 0) + 1)
    add(timeline.asked)
    if (isLive) add(timeline.live)
    if (isFailed) add(timeline.failed)
  }

  return {
    report,
    record(kind, dueMs, { status, body }) {
      if (dueMs < 0) return
      const latencyMs = now() - dueMs
      const { latencies, statuses, tiers } = report.kinds[kind]
      addLatency(latencies, latencyMs)
      increase(statuses, String(status))
      if (kind === 'events') return
      const tier = TIER.exec(body)?.[1]
      if (tier !== undefined) increase(tiers, tier)
      if (dueMs >= burst.fromMs && dueMs < burst.untilMs) addLatency(report.burst, latencyMs)
      if (kind === 'returning') draw(dueMs, tier === 'live' || tier === 'cached', status !== 200)
    },
  }
}
