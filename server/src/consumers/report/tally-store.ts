import { type Database, open, type RootDatabase, type RootDatabaseOptionsWithPath } from 'lmdb'
import type { Cell } from './contribution.ts'
import { isSealed, sealed, unsealed } from './sealed.ts'
import type { StoredPlan } from './site-plans.ts'

/** Version of what is kept: another one is made anew from the log. */
const VERSION = 1

const HEAD_KEY = 'head'

/** Begin the keys of sites' numbers and plans; none of the first reaches the end. */
const SITE_KEY = 'site '
const SITE_END = 'site!'
const PLANS_KEY = 'plans '

/** Up to where the log is counted, and which log it is. */
export interface TallyHead {
  logId: string
  offset: number
}

/** Numbers of a site that are kept. */
export interface SiteState {
  erased: number
  untilMs: number
  /** Sources of visitors that are told apart. Absent: none. */
  sources?: readonly string[]
  /** Time of the first record, if the log had lost what was before it. */
  sinceMs?: number
}

/** A site as it is kept, beside rows and cells. */
export interface StoredSite extends SiteState {
  plans: readonly StoredPlan[]
}

/** A row, for those who go over all of them. */
export type RowPlace = [site: string, id: string]

/** Changes that are written together. Absent text: the row is removed. */
export interface TallyChanges {
  head: TallyHead
  rows: readonly { site: string; id: string; text: string | undefined }[]
  cells: readonly { site: string; key: string; cell: Cell }[]
  sites: readonly { site: string; state: SiteState }[]
  plans: readonly { site: string; plans: readonly StoredPlan[] }[]
}

/** All that is kept but for the rows. */
export interface StoredTallies {
  head: TallyHead | undefined
  sites: ReadonlyMap<string, StoredSite>
  cells: readonly { site: string; key: string; cell: Cell }[]
}

/** Rows that were found on the way over all of them, and where to go on. */
export interface FoundRows {
  place: RowPlace | undefined
  found: { place: RowPlace; text: string }[]
}

/** Rows, sums, plans and the place in the log, in LMDB. */
export interface TallyStore {
  /** @throws Error for what another version has written, which is made anew. */
  read(): StoredTallies
  row(site: string, id: string): string | undefined
  /** Writes all of it or nothing. */
  commit(changes: TallyChanges): Promise<void>
  /** Returns the next `limit` rows behind `place`, and where to go on; undefined at the end. Damaged ones are left out. */
  rowsAfter(place: RowPlace | undefined, limit: number): FoundRows
  /** Lets a reader beside the service see what was written since. */
  renew(): void
  close(): Promise<void>
}

interface Tables {
  root: RootDatabase
  rows: Database<string, RowPlace>
  cells: Database<string, [site: string, key: string]>
  meta: Database<string, string>
}

function openTables(path: string, isReadOnly: boolean): Tables {
  const options: RootDatabaseOptionsWithPath & { permissionsMode: number } = {
    ...{ path, maxDbs: 3, readOnly: isReadOnly, permissionsMode: 0o600 },
    // With its batching by event turn a failed commit rejects one more promise, which is nobody's to hear (lmdb-js 3.5.6).
    eventTurnBatching: false,
  }
  const root = open(options)
  return {
    root,
    rows: root.openDB({ name: 'rows', encoding: 'string' }),
    cells: root.openDB({ name: 'cells', encoding: 'string' }),
    meta: root.openDB({ name: 'meta', encoding: 'string' }),
  }
}

/** A commit that fails rejects the promise of everything that was in it; the commit's own says it all (lmdb-js 3.5.6). */
function hear(part: Promise<unknown>): void {
  part.catch(({ commitError }: { commitError?: Promise<unknown> }) => commitError?.catch(() => undefined))
}

function textOf(stored: string | undefined): string | undefined {
  return stored === undefined ? undefined : unsealed(stored)
}

function cellText({ counts, sums }: Cell): string {
  return JSON.stringify([counts, sums.map(String)])
}

function cellOf(text: string): Cell {
  const [counts, sums] = JSON.parse(text) as [number[], string[]]
  return { counts, sums: sums.map(BigInt) }
}

/** Opens what lies in a directory, made when it is missing; read-only it may be opened beside the process that writes. */
export function openTallyStore(directory: string, isReadOnly = false): TallyStore {
  const { root, rows, cells, meta } = openTables(directory, isReadOnly)
  return {
    read() {
      const text = textOf(meta.get(HEAD_KEY))
      const { v, ...head } = (text === undefined ? { v: VERSION } : JSON.parse(text)) as TallyHead & { v: number }
      if (v !== VERSION) throw new Error(`the counts are of version ${v}, and this service reads ${VERSION}`)
      const sites = [...meta.getRange({ start: SITE_KEY, end: SITE_END })].map(
        ({ key, value }): [string, StoredSite] => {
          const name = key.slice(SITE_KEY.length)
          const plans = JSON.parse(textOf(meta.get(PLANS_KEY + name)) ?? '[]') as StoredPlan[]
          return [name, { ...(JSON.parse(unsealed(value)) as SiteState), plans }]
        },
      )
      return {
        head: text === undefined ? undefined : head,
        sites: new Map(sites),
        // Read here, so that one that is damaged is noticed here.
        cells: [...cells.getRange({})].map(({ key: [site, key], value }) => ({
          ...{ site, key },
          cell: cellOf(unsealed(value)),
        })),
      }
    },
    row: (site, id) => textOf(rows.get([site, id])),
    async commit({ head, rows: changedRows, cells: changedCells, sites, plans }) {
      const texts = changedCells.map(({ site, key, cell }) => ({ site, key, text: cellText(cell) }))
      const commit = root.transaction(() => {
        for (const { site, id, text } of changedRows)
          hear(text === undefined ? rows.remove([site, id]) : rows.put([site, id], sealed(text)))
        for (const { site, key, text } of texts) hear(cells.put([site, key], sealed(text)))
        for (const { site, state } of sites) hear(meta.put(SITE_KEY + site, sealed(JSON.stringify(state))))
        for (const { site, plans: all } of plans) hear(meta.put(PLANS_KEY + site, sealed(JSON.stringify(all))))
        hear(meta.put(HEAD_KEY, sealed(JSON.stringify({ v: VERSION, ...head }))))
      })
      hear(commit)
      await commit
    },
    rowsAfter(place, limit) {
      const range = place === undefined ? {} : { start: place, exclusiveStart: true }
      const next = [...rows.getRange({ ...range, limit })]
      const found = next
        .filter(({ value }) => isSealed(value))
        .map(({ key, value }) => ({ place: key, text: unsealed(value) }))
      return { place: next.length < limit ? undefined : next.at(-1)?.key, found }
    },
    renew: () => root.resetReadTxn(),
    async close() {
      await root.close()
    },
  }
}
