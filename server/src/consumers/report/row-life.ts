import { isEnded } from '../../profiles/lifetime.ts'
import type { SiteRows } from './site-rows.ts'

/** Time after which a row says anew when the last event was, in ms: one that did so with each event would be written with each. */
const SAY_AGAIN_MS = 7 * 86_400_000

/** Lets a user's row last as long as that of a visitor: an erasure of the user finds what visitors have of it by this row. */
export function noteLinked(user: string, visitor: string, rows: SiteRows): void {
  const { lastMs = 0 } = rows.get(visitor) ?? {}
  const of = rows.get(user)
  if (of && of.lastMs < lastMs) rows.change(user).lastMs = lastMs
}

/** Notes when a visitor or user was there last, also for the users whose links the visitor has opened. */
export function noteSeen(id: string, atMs: number, rows: SiteRows): void {
  const row = rows.get(id)
  if (!row || atMs - row.lastMs <= SAY_AGAIN_MS) return
  rows.change(id).lastMs = atMs
  for (const { user } of row.links) noteLinked(user, id, rows)
}

/** Returns the time until which {@link noteSeen} changes nothing; undefined if there is no row. */
export function seenUntilMs(id: string, rows: SiteRows): number | undefined {
  const row = rows.get(id)
  return row && row.lastMs + SAY_AGAIN_MS
}

/** True if a row's life was over at that time: that of the profile, and the week in which it says nothing anew. */
export function isRowOver(lastMs: number, nowMs: number): boolean {
  return isEnded((lastMs + SAY_AGAIN_MS) / 1_000, nowMs / 1_000)
}
