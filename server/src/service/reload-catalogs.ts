import type { FastifyBaseLogger } from 'fastify'
import { CatalogError } from '../catalog/problem.ts'
import type { Sites } from '../catalog/sites.ts'
import { watchFile } from '../catalog/watch.ts'
import { createTimeSlice } from '../consumers/time-slice.ts'

/** Tells what is suspicious about the catalogs, and reloads each after a change; returns its stop. */
export function reloadCatalogs(sites: Sites, files: readonly string[], log: FastifyBaseLogger): () => void {
  const reload = async (file: string): Promise<void> => {
    try {
      const site = await sites.reload(file, createTimeSlice())
      if (site) log.info({ site: site.name, catalog: site.catalog.version, warnings: site.warnings }, 'catalog loaded')
    } catch (error) {
      const details = error instanceof CatalogError ? { problems: error.problems } : { err: error }
      log.error(details, `the last good catalog stays in use: ${(error as Error).message}`)
    }
  }
  for (const { name, warnings } of sites.all())
    if (warnings.length > 0) log.warn({ site: name, warnings }, 'the catalog has warnings')
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
