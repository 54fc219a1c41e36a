import { createReadAside, type Pause } from './aside.ts'
import { collectAll } from './collect.ts'
import { checkLength, loadCatalog, type LoadOptions } from './load.ts'
import { look } from './look.ts'
import { CatalogError } from './problem.ts'
import { readStable } from './read-stable.ts'
import type { Site } from './site.ts'

/** The sites that the service answers for, by name. */
export interface Sites {
  get(name: string): Site | undefined
  /** Returns a site with live slots as it was before its catalog changed: pages have plans of then. */
  former(name: string): Site | undefined
  /** True when some site's pages have this origin. */
  hasOrigin(origin: string): boolean
  all(): Site[]
  /** Returns the state of a file when it was last read; see `look`. */
  seen(file: string): string | undefined
  /**
   * Loads one of the files again, once nobody writes it any more, and aside; the site changes only if the whole file is
   * sound. Resolves with the site when its catalog has another version now.
   * @throws CatalogError
   */
  reload(file: string, pause: Pause): Promise<Site | undefined>
  /** The same, but for the change, which is the caller's to make. */
  prepare(file: string, pause: Pause): Promise<PreparedSite | undefined>
  /** Returns the site that is described by a file. */
  at(file: string): Site | undefined
}

/** A site whose catalog is sound, and not in use. */
export interface PreparedSite {
  site: Site
  /** Uses it from now on. @throws CatalogError when another file describes this site by now. */
  use(): void
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
export async function readCatalogFiles(
  files: readonly string[],
  options: Omit<LoadOptions, 'before'> = {},
): Promise<Map<string, Site>> {
  const load = async (file: string): Promise<[string, Site]> => [file, await loadCatalog(file, options)]
  const results = await Promise.allSettled(files.map(load))
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const other = reasons.find((reason) => !(reason instanceof CatalogError))
  if (other !== undefined) throw other
  if (reasons.length > 0) throw new CatalogError(reasons.flatMap((reason) => (reason as CatalogError).problems))
  const byFile = new Map(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])))
  refuseTwins(byFile)
  return byFile
}

function refuseFile(file: string, message: string): never {
  throw new CatalogError([{ file, line: 0, column: 0, message }])
}

/**
 * Loads all catalog files.
 * @param maxMb longest file, in MiB; absent: any
 * @throws CatalogError with the problems of all of them.
 */
export async function openSites(
  files: readonly string[],
  maxMb = Number.POSITIVE_INFINITY,
  readAside = createReadAside(),
): Promise<Sites> {
  // Looked at first: what changes while they are read is found afterwards.
  const seenOf = new Map(await Promise.all(files.map(async (file) => [file, await look(file)] as const)))
  let byFile = await readCatalogFiles(files, { isLenient: true, maxMb })
  let byName = index(byFile)
  const former = new Map<string, Site>()
  collectAll()

  function index(loaded: ReadonlyMap<string, Site>): Map<string, Site> {
    refuseTwins(loaded)
    return new Map([...loaded.values()].map((site) => [site.name, site]))
  }

  async function readAgain(file: string): Promise<Uint8Array> {
    const onError = async (error: unknown): Promise<never> => {
      seenOf.set(file, await look(file))
      return refuseFile(file, `cannot be read (${(error as NodeJS.ErrnoException).code})`)
    }
    const { bytes, seen } = await readStable(file).catch(onError)
    seenOf.set(file, seen)
    checkLength(file, bytes, maxMb)
    return bytes
  }

  async function prepare(file: string, pause: Pause): Promise<PreparedSite | undefined> {
    const { assignments, catalog } = byFile.get(file) ?? {}
    const site = await readAside({ bytes: await readAgain(file), file, assignments, version: catalog?.version }, pause)
    if (!site) return undefined
    refuseTwins(new Map(byFile).set(file, site))
    return {
      site,
      use() {
        const next = new Map(byFile).set(file, site)
        const before = byName.get(site.name)
        byName = index(next)
        byFile = next
        // Another one would stay in memory for nothing.
        if (before?.compiled.slots.some(({ isLive }) => isLive)) former.set(site.name, before)
        else former.delete(site.name)
      },
    }
  }

  return {
    get: (name) => byName.get(name),
    former: (name) => former.get(name),
    hasOrigin: (origin) => [...byName.values()].some(({ origins }) => origins.has(origin)),
    all: () => [...byName.values()],
    seen: (file) => seenOf.get(file),
    at: (file) => byFile.get(file),
    prepare,
    async reload(file, pause) {
      const prepared = await prepare(file, pause)
      prepared?.use()
      return prepared?.site
    },
  }
}
