import type { CompileRegex } from 'prepaint/engine'
import type { StoredRecord } from '../../ingest/record.ts'
import type { SiteTallies } from '../../tally/tallies.ts'
import { addCells, type Cell, type Cells, contributionOf, differenceOf } from './contribution.ts'
import { createSiteFold } from './fold-site.ts'
import type { QuietVisitors } from './quiet-visitors.ts'
import { newRow, type Row } from './row.ts'
import { decodeTallyRow, encodeTallyRow } from './row-codec.ts'
import { createSitePlans, plansOf, type SitePlans, storedPlans } from './site-plans.ts'
import { siteTallies } from './site-tallies.ts'
import { createSources } from './sources.ts'
import type { SiteState, StoredSite, TallyChanges } from './tally-store.ts'

const NO_CELLS: Cells = new Map()

/** A row in memory. */
interface OpenRow {
  row: Row | undefined
  /** The part of the sums that is the row's, as it was before it changed; undefined if it is what the row makes. */
  counted: Cells | undefined
  isChanged: boolean
}

/** Changes to be written together. */
export type Changes = Omit<TallyChanges, 'head'>

/** Changes while they are taken. */
export type Taken = { [Part in keyof Changes]: Changes[Part][number][] }

/** A site in memory, above what is stored of it. */
export interface OpenSite {
  readonly plans: SitePlans
  /** @throws Error for a record that cannot be counted */
  add(record: StoredRecord): void
  /** Takes a sum that is stored. */
  load(key: string, cell: Cell): void
  tallies(): SiteTallies
  /** Returns the number of rows that are to be written. */
  changed(): number
  /** Adds to what is to be written, once. */
  take(taken: Taken): void
  /** Gives back what could not be written. */
  giveBack(taken: Changes): void
  /** Forgets rows beyond a number, those that are to be written excepted. */
  forget(mostRows: number): void
  /** Forgets a row that is stored no more, and is not to be written. */
  drop(id: string): void
}

/** Dependencies of a site. */
export interface OpenSiteOptions {
  name: string
  stored: StoredSite | undefined
  readRow(site: string, id: string): string | undefined
  quiet: QuietVisitors
  compileRegex?: CompileRegex | undefined
  /** True if the log has lost what was before the first record. */
  isPartial: boolean
}

/** Rows of a site in memory, and the cells that they make. */
function openRows({ name, readRow }: OpenSiteOptions, plans: SitePlans) {
  const rows = new Map<string, OpenRow>()
  const changed = new Set<string>()
  const circumstances = {
    goals: plans.goals,
    faceOf: (arm: number) => plans.arms[arm]?.face ?? -1,
    experienceOf: (arm: number) => plans.arms[arm]?.experience,
  }
  const contribution = (row: Row | undefined): Cells => (row ? contributionOf(row, circumstances) : NO_CELLS)

  function at(id: string): OpenRow {
    const known = rows.get(id)
    if (known) return known
    const text = readRow(name, id)
    const row = { row: text === undefined ? undefined : decodeTallyRow(text), counted: undefined, isChanged: false }
    rows.set(id, row)
    return row
  }

  function change(id: string): OpenRow {
    const row = at(id)
    row.counted ??= contribution(row.row)
    row.isChanged = true
    changed.add(id)
    return row
  }

  return {
    changed,
    access: {
      get: (id: string) => at(id).row,
      change: (id: string) => (change(id).row ??= newRow()),
      remove: (id: string) => void (change(id).row = undefined),
    },
    markChanged(id: string): void {
      at(id).isChanged = true
      changed.add(id)
    },
    /** Returns the text of a row that is to be written. */
    write(id: string): string | undefined {
      const open = at(id)
      open.isChanged = false
      return open.row && encodeTallyRow(open.row)
    },
    /** Yields what rows have become that have changed. */
    *differences(): Iterable<Cells> {
      for (const id of changed) {
        const open = at(id)
        if (!open.counted) continue
        yield differenceOf(open.counted, contribution(open.row))
        open.counted = undefined
      }
    },
    drop: (id: string) => void rows.delete(id),
    /** Forgets those first that were read first. */
    forget(mostRows: number): void {
      if (rows.size < 2 * mostRows) return
      for (const [id, { isChanged }] of rows) {
        if (rows.size <= mostRows) return
        if (!isChanged) rows.delete(id)
      }
    },
  }
}

/** Opens a site. */
export function openSite(options: OpenSiteOptions): OpenSite {
  const { name: site, stored, quiet, compileRegex } = options
  const plans = stored ? plansOf(stored.plans) : createSitePlans()
  const sources = createSources(stored?.sources)
  const fold = createSiteFold({ plans, erased: stored?.erased ?? 0, sources, quiet, compileRegex })
  const rows = openRows(options, plans)
  const cells: Cells = new Map()
  const changedCells = new Set<string>()
  let { untilMs, sinceMs } = stored ?? { untilMs: 0 }
  let isChanged = false
  let hasNewPlans = false

  const stateNow = (): SiteState => ({
    ...{ erased: fold.erased, untilMs, sources: [...sources.known] },
    ...(sinceMs === undefined ? {} : { sinceMs }),
  })

  /** Brings the changes of rows into the sums. */
  function settle(): void {
    for (const difference of rows.differences()) {
      addCells(cells, difference, 1)
      for (const key of difference.keys()) changedCells.add(key)
    }
  }

  return {
    plans,
    add(record) {
      isChanged = true
      if (options.isPartial && !stored) sinceMs ??= record.receivedMs
      if (fold.fold(record, rows.access)) hasNewPlans = true
      if (record.receivedMs > untilMs) untilMs = record.receivedMs
    },
    load: (key, cell) => void cells.set(key, cell),
    tallies() {
      settle()
      return siteTallies({ site, plans, cells, ...stateNow() })
    },
    changed: () => rows.changed.size,
    take(taken) {
      if (!isChanged) return
      settle()
      for (const id of rows.changed) taken.rows.push({ site, id, text: rows.write(id) })
      for (const key of changedCells) taken.cells.push({ site, key, cell: cells.get(key) as Cell })
      taken.sites.push({ site, state: stateNow() })
      if (hasNewPlans) taken.plans.push({ site, plans: storedPlans(plans) })
      rows.changed.clear()
      changedCells.clear()
      isChanged = false
      hasNewPlans = false
    },
    giveBack(taken) {
      for (const { site: of, id } of taken.rows) if (of === site) rows.markChanged(id)
      for (const { site: of, key } of taken.cells) if (of === site) changedCells.add(key)
      if (taken.sites.some(({ site: of }) => of === site)) isChanged = true
      if (taken.plans.some(({ site: of }) => of === site)) hasNewPlans = true
    },
    forget: rows.forget,
    drop: rows.drop,
  }
}
