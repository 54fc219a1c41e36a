import type { ErasureRecord } from '../../ingest/record.ts'
import { forgetLink, newRow } from './row.ts'
import { isUser, type SiteRows } from './site-rows.ts'

/** Forgets the link of a visitor to a user. */
export function unlink(visitor: string, user: string, rows: SiteRows): void {
  const at = rows.get(visitor)?.links.findIndex((link) => link.user === user) ?? -1
  if (at >= 0) forgetLink(rows.change(visitor), at)
}

/** Takes the events of a user out of the visitors' rows. */
function eraseUser(user: string, receivedMs: number, rows: SiteRows): void {
  for (const visitor of rows.get(user)?.visitors ?? []) unlink(visitor, user, rows)
  rows.remove(user)
  // Links that were signed before it hold no more.
  Object.assign(rows.change(user), newRow(), { erasedMs: receivedMs, lastMs: receivedMs })
}

/** Forgets a visitor or user. Returns true for one who was counted. */
export function foldErasure({ visitorId, receivedMs }: ErasureRecord, rows: SiteRows): boolean {
  const row = rows.get(visitorId)
  const wasCounted = row !== undefined && row.assignments.length > 0
  if (isUser(visitorId)) eraseUser(visitorId, receivedMs, rows)
  else if (row) {
    for (const { user } of row.links) {
      const { visitors = [] } = rows.get(user) ?? {}
      if (visitors.includes(visitorId)) rows.change(user).visitors = visitors.filter((other) => other !== visitorId)
    }
    rows.remove(visitorId)
  }
  return wasCounted
}
