import type { JsonObject } from 'prepaint/protocol'
import { KEY_IDS } from '../../identity/key.ts'
import type { EventRecord } from '../../ingest/record.ts'
import { hashHexOf } from '../../profiles/seen.ts'
import { HOLDOUT, PERSONALISED } from '../../tally/tallies.ts'
import { DELIVERIES } from './contribution.ts'
import { addAssignment, addSeen, type Assignment } from './row.ts'
import type { PlanInForce, SitePlans, TrialInForce } from './site-plans.ts'
import { isSigned, type SiteRows } from './site-rows.ts'
import type { Sources } from './sources.ts'

/** Age beyond which an assignment is not counted when it arrives, in ms: browsers keep reports for a week. */
const MAX_LATE_MS = 31 * 86_400_000

/** Folds what visitors met. */
export interface AssignedFold {
  /** Makes a visitor one of the whole site by the first event under the holdout. */
  any(record: EventRecord, rows: SiteRows): void
  /** Returns the time from which {@link any} changes nothing of a visitor; undefined if that is not known. */
  quietFrom(id: string, rows: SiteRows): number | undefined
  assigned(record: EventRecord, properties: JsonObject, rows: SiteRows): void
  seen(record: EventRecord, properties: JsonObject, rows: SiteRows): void
}

/** Makes an assignment as the plans have it now. */
function assignmentOf(
  plans: SitePlans,
  { trial, period }: Pick<TrialInForce, 'trial' | 'period'>,
  { atMs, event, device }: EventRecord,
  said: Pick<Assignment, 'arm' | 'isFresh' | 'outcome' | 'source'>,
): Assignment {
  const { goals = [], primary } = plans.latest ?? {}
  const counted = goals.filter((goal) => (plans.goals[goal]?.sinceMs ?? Infinity) <= atMs)
  return {
    ...{ trial, period, atMs, hash: hashHexOf(event.messageId), ...said, goals: counted },
    ...{ primary, device: device ?? 'unknown' },
  }
}

/** True if the shares in force have made an assignment: not a browser's cache of an earlier version. */
function isFresh(
  plans: SitePlans,
  named: PlanInForce | undefined,
  experience: string,
  { period, atMs }: { period: number; atMs: number },
): boolean {
  if (!named) return false
  const then = plans.at(Math.max(atMs, named.plan.fromMs))
  return then?.experiences.get(experience)?.period === period
}

/** Makes the folding of assignments. Experiences and variants that no plan has are passed over: browsers may say anything. */
export function createAssignedFold(plans: SitePlans, sources: Sources): AssignedFold {
  return {
    any(record, rows) {
      const { visitorId, atMs, receivedMs, event } = record
      if (!plans.latest?.whole || receivedMs - atMs > MAX_LATE_MS) return
      const then = plans.at(atMs)
      if (!then?.whole || then.plan.fromMs > atMs) return
      const { whole } = then
      const known = rows.get(visitorId)?.assignments.find(({ trial }) => trial === whole.trial)
      // Compared here, too: a row that is to be changed is written.
      if (known && (known.atMs < atMs || (known.atMs === atMs && known.hash <= hashHexOf(event.messageId)))) return
      const variant = whole.bucket(visitorId) < whole.share ? HOLDOUT : PERSONALISED
      const said = { arm: whole.arms.get(variant) as number, isFresh: true, outcome: undefined, source: 'direct' }
      addAssignment(rows.change(visitorId), assignmentOf(plans, whole, record, said))
    },
    quietFrom(id, rows) {
      const { plan, whole } = plans.latest ?? {}
      // Earlier plans may have assigned by another seed: events before this one are looked at.
      if (!plan || !whole || !isSigned(id)) return plan?.fromMs
      const known = rows.get(id)?.assignments.find(({ trial }) => trial === whole.trial)
      return known && Math.max(plan.fromMs, known.atMs + 1)
    },
    assigned(record, { experience, variant, outcome, catalog, source }, rows) {
      const { visitorId, atMs, receivedMs, keyId } = record
      if (typeof experience !== 'string' || typeof variant !== 'string' || receivedMs - atMs > MAX_LATE_MS) return
      // Whoever has a page's key may name any id.
      if (!isSigned(visitorId) && keyId !== KEY_IDS.server) return
      const named = typeof catalog === 'string' ? plans.ofVersion(catalog) : undefined
      const trial = (named ?? plans.at(atMs))?.experiences.get(experience)
      const arm = trial?.arms.get(variant)
      if (!trial || arm === undefined) return
      const fresh = isFresh(plans, named, experience, { period: trial.period, atMs })
      const delivery = DELIVERIES.find((name) => name === outcome)
      const assignment = assignmentOf(plans, trial, record, {
        ...{ arm, isFresh: fresh, outcome: delivery, source: sources.nameOf(source) },
      })
      addAssignment(rows.change(visitorId), assignment)
    },
    seen({ visitorId, atMs }, { experience, variant }, rows) {
      if (typeof experience !== 'string' || typeof variant !== 'string') return
      const face = plans.faceOf(experience, variant)
      if (face !== undefined) addSeen(rows.change(visitorId), face, atMs)
    },
  }
}
