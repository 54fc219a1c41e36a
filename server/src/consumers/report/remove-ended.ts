import type { Counting } from './counting.ts'
import { lastMsOf } from './row-codec.ts'
import { isRowOver } from './row-life.ts'
import type { RowPlace, TallyHead, TallyStore } from './tally-store.ts'

/** Number of rows that are removed, and where to go on; undefined at the end. */
export interface RemovedRows {
  place: RowPlace | undefined
  removed: number
}

/** Dependencies of removing. */
export interface RemovalOptions {
  store: TallyStore
  counting: Counting
  /** Returns up to where it is written. */
  head(): TallyHead
  /** Time before which a life was over, in ms since 1970. */
  untilMs: number
  /** Writes what is counted. */
  writeAll(): Promise<void>
}

/** Removes the rows whose life is over, of the next `limit` behind `place`. What they added to the sums stays. */
export async function removeEndedRows(
  { store, counting, head, untilMs, writeAll }: RemovalOptions,
  place: RowPlace | undefined,
  limit: number,
): Promise<RemovedRows> {
  const isOver = (text: string): boolean => isRowOver(lastMsOf(text), untilMs)
  if (place === undefined) await writeAll()
  const next = store.rowsAfter(place, limit)
  const over = next.found.filter(({ text }) => isOver(text))
  if (over.length === 0) return { place: next.place, removed: 0 }
  // No row in memory differs from the stored one then: after a crash nothing is counted again that a removed row knew.
  await writeAll()
  const rows = over.flatMap(({ place: [site, id] }) => {
    const text = store.row(site, id)
    return text !== undefined && isOver(text) ? [{ site, id, text: undefined }] : []
  })
  await store.commit({ head: head(), rows, cells: [], sites: [], plans: [] })
  counting.drop(rows)
  return { place: next.place, removed: rows.length }
}
