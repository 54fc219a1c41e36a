import { readFile } from 'node:fs/promises'
import { siteOf } from './assemble.ts'
import { decodeCatalog } from './decode.ts'
import { prepareCatalog } from './prepare.ts'
import { CatalogError } from './problem.ts'
import type { Site } from './site.ts'

/** Longest catalog file, in bytes. */
export const MAX_CATALOG_BYTES = 1_048_576

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
export async function loadCatalog(file: string, before?: Pick<Site, 'assignments'>, isLenient = false): Promise<Site> {
  const refuseFile = (message: string): never => {
    throw new CatalogError([{ file, line: 0, column: 0, message }])
  }
  const onError = ({ code }: NodeJS.ErrnoException): never => refuseFile(`cannot be read (${code})`)
  const bytes = await readFile(file).catch(onError)
  if (bytes.length > MAX_CATALOG_BYTES) refuseFile(`is larger than ${MAX_CATALOG_BYTES} bytes: split it into sites`)
  const decoded = decodeCatalog(bytes)
  if ('message' in decoded) throw new CatalogError([{ file, ...decoded }])
  return readCatalog(decoded.text, file, before, isLenient)
}
