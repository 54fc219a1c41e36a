import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { compile } from 'prepaint/engine'
import { createValidator } from '../validate.ts'
import { buildCatalog } from './build.ts'
import { checkCatalog, type Finding } from './check.ts'
import { CatalogError } from './problem.ts'
import { compileRegex } from './regex.ts'
import { type CatalogFile, catalogSchema } from './schema.ts'
import type { Site } from './site.ts'
import { type CatalogSource, parseSource } from './source.ts'

/** Longest catalog file, in bytes. */
const MAX_CATALOG_BYTES = 1_048_576

const DEFAULT_CACHE_MINUTES = 1_440

const shape = createValidator(catalogSchema)

function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

function refuse(findings: readonly Finding[], { problemAt }: CatalogSource): never {
  throw new CatalogError(findings.map(({ path, message, isKey }) => problemAt(path, message, isKey ? 'key' : 'value')))
}

function shapedValue(source: CatalogSource): CatalogFile {
  const { value, problems } = source
  if (problems.length > 0) throw new CatalogError(problems)
  return shape.accepts(value) ? value : refuse(shape.flaws(value), source)
}

/**
 * Reads a catalog file's text.
 * @throws CatalogError with everything that is wrong with it, each with its place.
 */
export function readCatalog(text: string, file: string): Site {
  const source = parseSource(text, file)
  const value = shapedValue(source)
  const findings = checkCatalog(value)
  const catalog = buildCatalog(value, versionOf(text), (finding) => findings.push(finding))
  if (findings.length > 0) refuse(findings, source)
  return {
    name: value.site,
    origins: new Set(value.origins),
    prefix: value.prefix ?? 'pp',
    cacheMs: (value.cacheMinutes ?? DEFAULT_CACHE_MINUTES) * 60_000,
    catalog,
    compiled: compile(catalog, { compileRegex }),
  }
}

/**
 * Loads one catalog file.
 * @throws CatalogError also when the file cannot be read or is too large.
 */
export async function loadCatalog(file: string): Promise<Site> {
  const refuseFile = (message: string): never => {
    throw new CatalogError([{ file, line: 0, column: 0, message }])
  }
  const onError = ({ code }: NodeJS.ErrnoException): never => refuseFile(`cannot be read (${code})`)
  const bytes = await readFile(file).catch(onError)
  if (bytes.length > MAX_CATALOG_BYTES) refuseFile(`is larger than ${MAX_CATALOG_BYTES} bytes: split it into sites`)
  return readCatalog(bytes.toString('utf8'), file)
}
