import { readFile } from 'node:fs/promises'
import { siteOf } from './assemble.ts'
import { decodeCatalog } from './decode.ts'
import { prepareCatalog } from './prepare.ts'
import { CatalogError } from './problem.ts'
import type { Site } from './site.ts'

const BYTES_PER_MB = 1_048_576

/** @throws CatalogError for a file that is longer than the setting allows. */
export function checkLength(file: string, { length }: Uint8Array, maxMb: number): void {
  const most = maxMb * BYTES_PER_MB
  if (length <= most) return
  const message = `is larger than ${most} bytes: split it into sites, or raise --max-catalog-mb`
  throw new CatalogError([{ file, line: 0, column: 0, message }])
}

/** Options of loading a catalog. */
export interface LoadOptions {
  /** The site whose catalog it replaces: what the change does to visitors is among the warnings. */
  before?: Pick<Site, 'assignments'>
  /** True: what does nothing is a warning. */
  isLenient?: boolean
  /** Longest file, in MiB. Default: any. */
  maxMb?: number
}

/**
 * Reads a catalog file's text, here and now.
 * @param before the site whose catalog it replaces: what the change does to visitors is among the warnings
 * @param isLenient true: what does nothing is a warning
 * @throws CatalogError with everything that is wrong with it, each with its place.
 */
export function readCatalog(text: string, file: string, before?: Pick<Site, 'assignments'>, isLenient = false): Site {
  const { prepared, compiled } = prepareCatalog(text, file, before?.assignments, isLenient)
  return siteOf(prepared, compiled)
}

/**
 * Loads one catalog file, here and now.
 * @throws CatalogError also when the file cannot be read or is too large.
 */
export async function loadCatalog(
  file: string,
  { before, isLenient = false, maxMb = Number.POSITIVE_INFINITY }: LoadOptions = {},
): Promise<Site> {
  const bytes = await readFile(file).catch(({ code }: NodeJS.ErrnoException): never => {
    throw new CatalogError([{ file, line: 0, column: 0, message: `cannot be read (${code})` }])
  })
  checkLength(file, bytes, maxMb)
  const decoded = decodeCatalog(bytes)
  if ('message' in decoded) throw new CatalogError([{ file, ...decoded }])
  return readCatalog(decoded.text, file, before, isLenient)
}
