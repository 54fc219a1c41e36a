import type { CompileRegex } from 'prepaint/engine'
import type { StoredRecord } from '../../ingest/record.ts'
import type { SiteTallies } from '../../tally/tallies.ts'
import { type Changes, type OpenSite, openSite, type Taken } from './open-site.ts'
import { createQuietVisitors } from './quiet-visitors.ts'
import type { SitePlans } from './site-plans.ts'
import type { StoredTallies } from './tally-store.ts'

/** Rows of all sites that are kept in memory beside those that are to be written. */
const MAX_ROWS = 10_000

/** Counts records in memory, above what is stored. */
export interface Counting {
  /** @throws Error for a record that cannot be counted */
  add(record: StoredRecord): void
  /** Returns the sums of a site; undefined if nothing is known of it. */
  tallies(site: string): SiteTallies | undefined
  sites(): string[]
  plansOf(site: string): SitePlans | undefined
  /** Number of rows that are to be written. */
  changed(): number
  /** Takes what is to be written, once. Until it is written or given back nothing may be added. */
  take(): Changes
  /** Gives back what could not be written. */
  giveBack(taken: Changes): void
  /** Forgets rows beyond a bound, those that are to be written excepted. */
  forget(): void
  /** Forgets rows that are stored no more, and of which none is to be written. */
  drop(rows: readonly { site: string; id: string }[]): void
}

/** Dependencies of counting. */
export interface CountingOptions {
  stored: Omit<StoredTallies, 'head'>
  /** Returns a row that is stored. */
  readRow(site: string, id: string): string | undefined
  compileRegex?: CompileRegex | undefined
  /** True if counting begins with a log that has lost its beginning. */
  isPartial?: boolean
}

/** Begins with what is stored. */
export function createCounting({ stored, readRow, compileRegex, isPartial = false }: CountingOptions): Counting {
  const sites = new Map<string, OpenSite>()
  const quiet = createQuietVisitors()
  const common = { readRow, quiet, compileRegex, isPartial }

  function open(name: string): OpenSite {
    const site = sites.get(name) ?? openSite({ name, stored: stored.sites.get(name), ...common })
    sites.set(name, site)
    return site
  }

  for (const name of stored.sites.keys()) open(name)
  for (const { site, key, cell } of stored.cells) open(site).load(key, cell)
  return {
    add: (record) => open(record.site).add(record),
    tallies: (site) => sites.get(site)?.tallies(),
    sites: () => [...sites.keys()],
    plansOf: (site) => sites.get(site)?.plans,
    changed() {
      let sum = 0
      // Asked after each record: a list would be made each time.
      for (const site of sites.values()) sum += site.changed()
      return sum
    },
    take() {
      const taken: Taken = { rows: [], cells: [], sites: [], plans: [] }
      for (const site of sites.values()) site.take(taken)
      return taken
    },
    giveBack(taken) {
      for (const site of sites.values()) site.giveBack(taken)
    },
    forget() {
      for (const site of sites.values()) site.forget(MAX_ROWS / sites.size)
    },
    drop(rows) {
      for (const { site, id } of rows) {
        sites.get(site)?.drop(id)
        quiet.forget(site, id)
      }
    },
  }
}
