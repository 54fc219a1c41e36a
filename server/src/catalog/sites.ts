import { loadCatalog } from './load.ts'
import { CatalogError } from './problem.ts'
import type { Site } from './site.ts'

/** The sites that the service answers for, by name. */
export interface Sites {
  get(name: string): Site | undefined
  /** True when some site's pages have this origin. */
  hasOrigin(origin: string): boolean
  all(): Site[]
  /**
   * Loads one of the files again; the site changes only if the whole file is sound. Resolves with the site when its
   * catalog has another version now.
   * @throws CatalogError
   */
  reload(file: string): Promise<Site | undefined>
}

function refuseTwins(byFile: ReadonlyMap<string, Site>): void {
  const fileOf = new Map<string, string>()
  for (const [file, { name }] of byFile) {
    const other = fileOf.get(name)
    const message = `site ${name} is already described by ${other}`
    if (other !== undefined) throw new CatalogError([{ file, line: 0, column: 0, message }])
    fileOf.set(name, file)
  }
}

/**
 * Reads catalog files that are to be used together.
 * @throws CatalogError with the problems of all of them.
 */
export async function readCatalogFiles(files: readonly string[]): Promise<Map<string, Site>> {
  const load = async (file: string): Promise<[string, Site]> => [file, await loadCatalog(file)]
  const results = await Promise.allSettled(files.map(load))
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const other = reasons.find((reason) => !(reason instanceof CatalogError))
  if (other !== undefined) throw other
  if (reasons.length > 0) throw new CatalogError(reasons.flatMap((reason) => (reason as CatalogError).problems))
  const byFile = new Map(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])))
  refuseTwins(byFile)
  return byFile
}

/**
 * Loads all catalog files.
 * @throws CatalogError with the problems of all of them.
 */
export async function openSites(files: readonly string[]): Promise<Sites> {
  let byFile = await readCatalogFiles(files)
  let byName = index(byFile)

  function index(loaded: ReadonlyMap<string, Site>): Map<string, Site> {
    refuseTwins(loaded)
    return new Map([...loaded.values()].map((site) => [site.name, site]))
  }

  return {
    get: (name) => byName.get(name),
    hasOrigin: (origin) => [...byName.values()].some(({ origins }) => origins.has(origin)),
    all: () => [...byName.values()],
    async reload(file) {
      const site = await loadCatalog(file, byFile.get(file)?.catalog)
      if (site.catalog.version === byFile.get(file)?.catalog.version) return undefined
      const next = new Map(byFile).set(file, site)
      byName = index(next)
      byFile = next
      return site
    },
  }
}
