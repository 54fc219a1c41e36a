import type { CompileRegex } from 'prepaint/engine'
import type { Event, JsonObject } from 'prepaint/protocol'
import { userProfileId } from '../../identity/profile-id.ts'
import type { ErasureRecord, EventRecord, LinkRecord, PlanRecord, StoredRecord } from '../../ingest/record.ts'
import { createAssignedFold } from './fold-assigned.ts'
import { foldErasure, unlink } from './fold-erasure.ts'
import { createGoalFold } from './fold-goals.ts'
import type { QuietVisitors } from './quiet-visitors.ts'
import { addLink, addUnlinked, addVisitor } from './row.ts'
import { noteLinked, noteSeen, seenUntilMs } from './row-life.ts'
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
  quiet: QuietVisitors
  compileRegex?: CompileRegex | undefined
}

function propertiesOf(event: Event): JsonObject {
  return event.type === 'track' || event.type === 'page' ? (event.properties ?? {}) : {}
}

/** Events that say what a visitor met, or that links have ended. */
const OUR_NAMES: ReadonlySet<string> = new Set(['pp:assigned', 'pp:seen', 'pp:unlinked'])

/** Makes what counts the records of a site. */
export function createSiteFold({ plans, erased, sources, quiet, compileRegex }: SiteFoldOptions): SiteFold {
  const assigned = createAssignedFold(plans, sources)
  const goals = createGoalFold(plans, compileRegex)
  let erasedCount = erased

  /** Notes that more such events change nothing. */
  function noteQuiet({ site, visitorId }: EventRecord, rows: SiteRows): void {
    const fromMs = assigned.quietFrom(visitorId, rows)
    const untilMs = seenUntilMs(visitorId, rows)
    if (fromMs !== undefined && untilMs !== undefined) quiet.note(site, visitorId, { fromMs, untilMs })
  }

  function foldEvent(record: EventRecord, rows: SiteRows): void {
    const { site, visitorId, event, atMs, imported } = record
    if (!plans.latest || imported) return
    const name = event.type === 'track' ? event.event : `pp:${event.type}`
    const isCounted = OUR_NAMES.has(name) || goals.names(name)
    if (!isCounted && quiet.has(site, visitorId, atMs)) return
    if (isSigned(visitorId)) assigned.any(record, rows)
    const properties = propertiesOf(event)
    if (name === 'pp:assigned') assigned.assigned(record, properties, rows)
    else if (name === 'pp:seen') assigned.seen(record, properties, rows)
    else if (name === 'pp:unlinked') addUnlinked(rows.change(visitorId), atMs)
    goals.fold(record, name, properties, rows)
    noteSeen(visitorId, atMs, rows)
    noteQuiet(record, rows)
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

  function foldErased(record: ErasureRecord, rows: SiteRows): void {
    quiet.forget(record.site, record.visitorId)
    if (foldErasure(record, rows)) erasedCount++
  }

  function foldPlan({ site, plan, receivedMs, fromMs = receivedMs }: PlanRecord): boolean {
    const isNew = plans.add({ ...plan, fromMs })
    if (!isNew) return false
    goals.renew()
    quiet.forgetAll(site)
    return true
  }

  return {
    get erased() {
      return erasedCount
    },
    fold(record, rows) {
      if (record.kind === 'event') foldEvent(record, rows)
      else if (record.kind === 'link') foldLink(record, rows)
      else if (record.kind === 'erasure') foldErased(record, rows)
      else if (record.kind === 'plan') return foldPlan(record)
      return false
    },
  }
}
