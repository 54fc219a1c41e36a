import type { WallClock } from '../../clock.ts'
import { encodeRecord, type PlanRecord } from '../../ingest/record.ts'
import type { EventSink } from '../../ingest/sink.ts'
import { MAX_PAYLOAD_BYTES } from '../../streams/file-log/frame.ts'
import type { DatedPlan, Plan } from '../../tally/plan.ts'
import type { OnProblem } from '../pass-over.ts'
import { contentOf, essenceOf } from './site-plans.ts'

/** Pause before a plan that the log has not taken is tried again, in ms. */
const RETRY_AFTER_MS = 1_000

/** Says in the log which goals and assignments are in force, as the catalogs have them. */
export interface PlanPublisher {
  /** Takes the plan of a catalog in use, and writes it if another is in force. */
  publish(site: string, plan: Plan): void
  /** Returns the plans in force at the end of the log, as records. */
  snapshot(): PlanRecord[]
  stop(): void
}

/** Dependencies of publishing. */
export interface PlanPublisherOptions {
  sink: EventSink
  /** Resolves when it can be told what is in force. */
  ready: Promise<unknown>
  /** Returns the plan of a site as it is counted; undefined before there is one. It may be an older one: what is said twice changes nothing. */
  inForce(site: string): DatedPlan | undefined
  now: WallClock
  onProblem: OnProblem
  /** Pause before a failed one is tried again, in ms. Default 1,000. */
  retryAfterMs?: number
}

function isSame(one: Plan, other: Plan): boolean {
  return one.version === other.version && contentOf(one) === contentOf(other)
}

/** Makes the publisher. The owner of the log has the only one. */
export function createPlanPublisher(options: PlanPublisherOptions): PlanPublisher {
  const { sink, ready, inForce, now, onProblem, retryAfterMs = RETRY_AFTER_MS } = options
  const wanted = new Map<string, Plan>()
  /** Written, or about to be, or in force. */
  const declared = new Map<string, DatedPlan>()
  let isReady = false
  let isStopped = false
  let isFailing = false

  const recordOf = (site: string, { fromMs, ...plan }: DatedPlan): PlanRecord => ({
    ...{ kind: 'plan', site, receivedMs: now(), plan },
    ...(fromMs < now() ? { fromMs } : {}),
  })

  async function declare(site: string): Promise<void> {
    const plan = wanted.get(site)
    const last = declared.get(site) ?? inForce(site)
    if (isStopped || !plan) return
    if (last && isSame(last, plan)) return void declared.set(site, last)
    const isRenamed = last !== undefined && essenceOf(last) === essenceOf(plan)
    const dated = { ...plan, fromMs: isRenamed ? last.fromMs : now() }
    const record = recordOf(site, dated)
    if (encodeRecord(record).payload.length > MAX_PAYLOAD_BYTES)
      return onProblem(`site ${site}: the catalog has too many experiences for reports to follow them`)
    declared.set(site, dated)
    try {
      await sink.append([record])
      isFailing = false
    } catch (cause) {
      if (last) declared.set(site, last)
      else declared.delete(site)
      if (!isFailing) onProblem(`site ${site}: the plan of the catalog cannot be written yet`, cause)
      isFailing = true
      setTimeout(() => void declare(site), retryAfterMs).unref()
    }
  }

  void ready.then(
    () => {
      isReady = true
      for (const site of wanted.keys()) void declare(site)
    },
    () => undefined,
  )
  return {
    publish(site, plan) {
      wanted.set(site, plan)
      if (isReady) void declare(site)
    },
    snapshot: () => [...declared].map(([site, plan]) => recordOf(site, plan)),
    stop: () => void (isStopped = true),
  }
}
