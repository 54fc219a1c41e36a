import type { SiteTallies } from '../../tally/tallies.ts'
import type { Cells } from './contribution.ts'
import { plansOf } from './site-plans.ts'
import { siteTallies } from './site-tallies.ts'
import { openTallyStore } from './tally-store.ts'

/** Counts in a folder, for reading. */
export interface OpenTallies {
  /** Returns the sums of a site as they are written by now; undefined if nothing is known of it. */
  tallies(site: string): SiteTallies | undefined
  sites(): string[]
  close(): Promise<void>
}

/** Opens the counts in a folder for reading, also beside a service that runs: what it has counted is written within a second. */
export function openTallies(directory: string): OpenTallies {
  const store = openTallyStore(directory, true)
  return {
    tallies(site) {
      store.renew()
      const stored = store.read()
      const known = stored.sites.get(site)
      if (!known) return undefined
      const cells: Cells = new Map()
      for (const { site: of, key, cell } of stored.cells) if (of === site) cells.set(key, cell)
      return siteTallies({ ...known, site, plans: plansOf(known.plans), cells })
    },
    sites() {
      store.renew()
      return [...store.read().sites.keys()]
    },
    close: store.close,
  }
}
