import type { CompileRegex } from 'prepaint/engine'
import type { Event, JsonObject } from 'prepaint/protocol'
import { userProfileId } from '../../identity/profile-id.ts'
import type { EventRecord, LinkRecord, PlanRecord, StoredRecord } from '../../ingest/record.ts'
import { createAssignedFold } from './fold-assigned.ts'
import { foldErasure, unlink } from './fold-erasure.ts'
import { createGoalFold } from './fold-goals.ts'
import { addLink, addUnlinked, addVisitor } from './row.ts'
import { noteLinked, noteSeen } from './row-life.ts'
import type { SitePlans } from './site-plans.ts'
import { isSigned, type SiteRows } from './site-rows.ts'
import type { Sources } from './sources.ts'

/** Counts the records of one site. */
export interface SiteFold {
  /**
   * Counts a record. Returns true if the plans have changed.
   * @throws Error for one that cannot be counted
   */
  fold(record: StoredRecord, rows: SiteRows): boolean
  /** Visitors who were counted, and erased. */
  readonly erased: number
}

/** Dependencies of counting. */
export interface SiteFoldOptions {
  plans: SitePlans
  erased: number
  sources: Sources
  compileRegex?: CompileRegex | undefined
}

function propertiesOf(event: Event): JsonObject {
  return event.type === 'track' || event.type === 'page' ? (event.properties ?? {}) : {}
}

/** Makes what counts the records of a site. */
export function createSiteFold({ plans, erased, sources, compileRegex }: SiteFoldOptions): SiteFold {
  const assigned = createAssignedFold(plans, sources)
  const goals = createGoalFold(plans, compileRegex)
  let erasedCount = erased

  function foldEvent(record: EventRecord, rows: SiteRows): void {
    const { visitorId, event, atMs, imported } = record
    if (!plans.latest || imported) return
    if (isSigned(visitorId)) assigned.any(record, rows)
    const name = event.type === 'track' ? event.event : `pp:${event.type}`
    const properties = propertiesOf(event)
    if (name === 'pp:assigned') assigned.assigned(record, properties, rows)
    else if (name === 'pp:seen') assigned.seen(record, properties, rows)
    else if (name === 'pp:unlinked') addUnlinked(rows.change(visitorId), atMs)
    goals.fold(record, name, properties, rows)
    noteSeen(visitorId, atMs, rows)
  }

  function foldLink({ visitorId, event, receivedMs, untilMs, signedMs = 0 }: LinkRecord, rows: SiteRows): void {
    if (untilMs === undefined) return
    const user = userProfileId(event.userId)
    if (signedMs < (rows.get(user)?.erasedMs ?? -Infinity)) return
    const number = addLink(rows.change(visitorId), { user, openedMs: receivedMs, untilMs })
    noteSeen(visitorId, receivedMs, rows)
    if (number === 0 || untilMs <= receivedMs) return
    const last = addVisitor(rows.change(user), visitorId)
    if (last !== undefined) unlink(last, user, rows)
    noteLinked(user, visitorId, rows)
    goals.give(user, visitorId, number, rows)
  }

  function foldPlan({ plan, receivedMs, fromMs = receivedMs }: PlanRecord): boolean {
    const isNew = plans.add({ ...plan, fromMs })
    if (isNew) goals.renew()
    return isNew
  }

  return {
    get erased() {
      return erasedCount
    },
    fold(record, rows) {
      if (record.kind === 'event') foldEvent(record, rows)
      else if (record.kind === 'link') foldLink(record, rows)
      else if (record.kind === 'erasure') erasedCount += foldErasure(record, rows) ? 1 : 0
      else if (record.kind === 'plan') return foldPlan(record)
      return false
    },
  }
}
