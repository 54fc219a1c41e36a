import type { ErasureRecord } from '../../ingest/record.ts'
import { newRow } from './row.ts'
import { isUser, type SiteRows } from './site-rows.ts'

/** Takes the events of a user out of the visitors' rows; the link's place stays, so that others keep their numbers. */
function eraseUser(user: string, receivedMs: number, rows: SiteRows): void {
  for (const visitor of rows.get(user)?.visitors ?? []) {
    const at = rows.get(visitor)?.links.findIndex((link) => link.user === user) ?? -1
    if (at < 0) continue
    const row = rows.change(visitor)
    row.occurrences = row.occurrences.filter((one) => one.user !== at + 1)
    row.links[at] = { user: '', openedMs: 0, untilMs: 0 }
  }
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
