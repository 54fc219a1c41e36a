import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { CatalogError } from '../catalog/problem.ts'
import type { Site } from '../catalog/site.ts'
import type { PreparedSite, Sites } from '../catalog/sites.ts'
import { watchFile } from '../catalog/watch.ts'
import { createTimeSlice } from '../consumers/time-slice.ts'
import type { Plan } from '../tally/plan.ts'
import { planOf } from '../tally/plan-of.ts'

/** Declarations of a version of a site's catalog, for the log. */
export interface SiteDeclarations extends Pick<Site, 'name' | 'features'> {
  plan: Plan
}

function declarationsOf({ name, features, catalog }: Site): SiteDeclarations {
  return { name, features, plan: planOf(catalog) }
}

/** Agreement of several processes on when to use a catalog. */
export interface CatalogAgreement {
  /** Tells the others which version of a file this process can use, the newest that is sound, and what it declares. */
  canUse(file: string, version: string, site: SiteDeclarations): void
  /** Calls `use` when all of them can use this version of a file, or do. */
  onAgreed(use: (file: string, version: string) => void): void
}

/** A process that has nobody to agree with. `onUsed` is called with what the catalogs in use declare. */
export function agreeAlone(onUsed: (site: SiteDeclarations) => void = () => undefined): CatalogAgreement {
  let use: (file: string, version: string) => void = () => undefined
  return {
    canUse(file, version, site) {
      use(file, version)
      onUsed(site)
    },
    onAgreed: (then) => void (use = then),
  }
}

/** Options of reloading. */
export interface ReloadOptions {
  log: FastifyBaseLogger
  agreement?: CatalogAgreement | undefined
  /** Called with each site whose catalog is another one from now on. */
  onUsed(site: string): void
}

/** Tells what is suspicious about the catalogs, and reloads each after a change; returns its stop. */
export function reloadCatalogs(
  sites: Sites,
  files: readonly string[],
  { log, agreement = agreeAlone(), onUsed }: ReloadOptions,
): () => void {
  const prepared = new Map<string, PreparedSite>()

  function tell(error: unknown): void {
    const details = error instanceof CatalogError ? { problems: error.problems } : { err: error }
    log.error(details, `the last good catalog stays in use: ${(error as Error).message}`)
  }

  agreement.onAgreed((file, version) => {
    const next = prepared.get(file)
    if (next?.site.catalog.version !== version) return
    prepared.delete(file)
    try {
      next.use()
      onUsed(next.site.name)
      log.info({ site: next.site.name, catalog: version, warnings: next.site.warnings }, 'catalog loaded')
    } catch (error) {
      tell(error)
    }
  })

  const reload = async (file: string): Promise<void> => {
    try {
      const next = await sites.prepare(file, createTimeSlice())
      if (next) prepared.set(file, next)
      else prepared.delete(file)
      const site = next?.site ?? sites.at(file)
      if (!site) return
      // Declaring 5,000 experiences takes 5 ms, and writing that into the log takes 8: decisions go before and between.
      await nextTurn()
      const declarations = declarationsOf(site)
      await nextTurn()
      agreement.canUse(file, site.catalog.version, declarations)
    } catch (error) {
      tell(error)
    }
  }
  for (const { name, warnings } of sites.all())
    if (warnings.length > 0) log.warn({ site: name, warnings }, 'the catalog has warnings')
  for (const file of files) {
    const site = sites.at(file)
    if (site) agreement.canUse(file, site.catalog.version, declarationsOf(site))
  }
  let reloading = Promise.resolve()
  const waiting = new Set<string>()
  const stops = files.map((file) =>
    watchFile({ file, seen: () => sites.seen(file) }, () => {
      // One that waits reads what is there when its turn comes.
      if (waiting.has(file)) return
      waiting.add(file)
      reloading = reloading.then(() => reload(file)).then(() => void waiting.delete(file))
    }),
  )
  return () => {
    for (const stop of stops) stop()
  }
}
