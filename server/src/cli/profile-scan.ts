import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Profile } from '../profiles/profile.ts'
import type { LmdbStore } from '../stores/lmdb/lmdb.ts'
import type { Advance } from './progress-bar.ts'

/** Rows that are read at once, and keys. Between two pieces the store's snapshot is let go, so that its writer may use the pages again. */
const PIECE_ROWS = 200
const PIECE_KEYS = 5_000

/** Profiles that are to be read. */
export interface ScanOptions {
  store: Pick<LmdbStore, 'idsAfter' | 'base' | 'renew'>
  site: string
  /** Number of profiles to draw; absent: all of them. */
  sample?: number | undefined
  /** From 0 to 1. */
  random: () => number
  take(visitorId: string, profile: Profile): Promise<void>
  onProgress(advance: Advance): void
  isEnded(): boolean
}

/** Rows that a scan has met. */
export interface Scanned {
  /** Number of all rows of the site. */
  rows: number
  /** Number of those that were read. */
  drawn: number
}

/** A scan was broken off: its numbers would say nothing. */
export class ScanEndedError extends Error {
  override readonly name = 'ScanEndedError'
}

/** Calls `onId` for every id of the site. */
async function eachId({ store, site, isEnded }: ScanOptions, onId: (id: string) => void, onPiece: () => void) {
  for (let last: string | undefined = ''; last !== undefined;) {
    if (isEnded()) throw new ScanEndedError('ended before all profiles were read')
    const ids: string[] = store.idsAfter(site, last, PIECE_KEYS)
    for (const id of ids) onId(id)
    last = ids.at(-1)
    onPiece()
    store.renew?.()
    await nextTurn()
  }
}

/**
 * Draws ids, each set of them as likely as any other: Vitter's algorithm R ("Random sampling with a reservoir", 1985). All ids are looked at and
 * no row is read for it.
 */
async function draw(options: ScanOptions, size: number): Promise<{ rows: number; ids: string[] }> {
  const ids: string[] = []
  let rows = 0
  await eachId(
    options,
    (id) => {
      rows += 1
      const place = rows <= size ? ids.length : Math.floor(options.random() * rows)
      if (place < size) ids[place] = id
    },
    () => options.onProgress({ step: 'drawing', count: rows, share: 0 }),
  )
  return { rows, ids: ids.sort() }
}

async function takeRows(options: ScanOptions, ids: readonly string[], from: number, rows: number): Promise<void> {
  const { store, site, take, onProgress, isEnded } = options
  for (let start = 0; start < ids.length; start += PIECE_ROWS) {
    if (isEnded()) throw new ScanEndedError('ended before all profiles were read')
    for (const id of ids.slice(start, start + PIECE_ROWS)) {
      const profile = (await store.base(site, id))?.profile
      if (profile) await take(id, profile)
    }
    const count = Math.min(from + start + PIECE_ROWS, from + ids.length)
    onProgress({ step: 'reading', count, share: count / rows })
    store.renew?.()
    await nextTurn()
  }
}

/**
 * Reads the profiles of a site, or draws some of them.
 * @throws ScanEndedError when the process is asked to end meanwhile
 */
export async function scanProfiles(options: ScanOptions): Promise<Scanned> {
  const { store, site, sample } = options
  if (sample !== undefined) {
    const { rows, ids } = await draw(options, sample)
    await takeRows(options, ids, 0, ids.length)
    return { rows, drawn: ids.length }
  }
  let rows = 0
  await eachId(
    options,
    () => void (rows += 1),
    () => options.onProgress({ step: 'counting', count: rows, share: 0 }),
  )
  let read = 0
  for (let last: string | undefined = ''; last !== undefined;) {
    const ids: string[] = store.idsAfter(site, last, PIECE_KEYS)
    await takeRows(options, ids, read, Math.max(rows, read + ids.length))
    read += ids.length
    last = ids.at(-1)
  }
  return { rows: read, drawn: read }
}
