import type { DecideResponse, ErrorCode, Event, EventResult, Reason, SlotDecision } from 'prepaint/protocol'
import type { ReadOutcome } from '../decide/read/profile-reader.ts'
import type { Limited } from '../http/gate/limits.ts'
import type { Metrics } from '../metrics/metrics.ts'

/** Outcomes of a variant in the page, as the tag reports them. */
const OUTCOMES: readonly unknown[] = ['shown', 'control', 'late', 'failed']

const REASONS: readonly Reason[] = ['match', 'control', 'holdout', 'no-match', 'no-id']

/** Counters that the parts of the service call. */
export type Counts = ReturnType<typeof createCounts>

/** Everything that the service counts. */
export function createCounts(metrics: Metrics) {
  const slots = metrics.counter('slot_decisions_total', 'Decisions for single slots.', ['site', 'tier', 'reason'])
  const events = metrics.counter('events_total', 'Events that arrived in batches that were taken.', ['site', 'result'])
  const assigned = metrics.counter('assigned_total', 'What pages report of the variants they were given.', [
    'site',
    'outcome',
  ])
  const reads = metrics.counter('profile_reads_total', 'Profiles that decisions asked for.', ['outcome'])
  const refused = metrics.counter('refused_total', 'Requests answered with 429.', ['cause'])
  const unrouted = metrics.counter('unrouted_total', 'Requests and connections that were refused before any route.', [
    'cause',
  ])
  const failures = metrics.counter('failures_total', 'Decisions that the store or the engine failed.', ['part'])
  const passedOver = metrics.counter(
    'fold_passed_over_total',
    'Entries of the log and profiles without which folding went on.',
    ['what'],
  )
  const folded = metrics.durations('fold_seconds', 'From taking an event in to its being visible to decisions.', [])

  /** Counts of the answer at hand, the same object for all: an answer is counted at once. */
  const byReason: { [Name in Reason]: number } = { match: 0, control: 0, holdout: 0, 'no-match': 0, 'no-id': 0 }

  return {
    decided(site: string, { slots: decisions }: DecideResponse): void {
      let tier = ''
      // All slots of an answer have one tier; only their reasons differ.
      for (const name in decisions) {
        const decision = decisions[name] as SlotDecision
        tier = decision.tier
        byReason[decision.reason]++
      }
      for (const reason of REASONS) {
        if (byReason[reason] === 0) continue
        slots([site, tier, reason], byReason[reason])
        byReason[reason] = 0
      }
    },
    taken(site: string, result: EventResult, event?: Event): void {
      events([site, result])
      if (event?.type !== 'track' || event.event !== 'pp:assigned') return
      const outcome = event.properties?.['outcome']
      assigned([site, OUTCOMES.includes(outcome) ? String(outcome) : 'unknown'])
    },
    read: (outcome: ReadOutcome): void => reads([outcome]),
    refused: (cause: Limited | 'overload' | 'memory'): void => refused([cause]),
    unrouted: (cause: ErrorCode | 'connections'): void => unrouted([cause]),
    failed: (part: 'store' | 'engine'): void => failures([part]),
    passedOver: (what: 'entry' | 'profile'): void => passedOver([what]),
    folded: (ms: number): void => folded([], ms),
  }
}
