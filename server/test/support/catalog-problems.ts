import { readCatalog } from '../../src/catalog/load.ts'
import { CatalogError } from '../../src/catalog/problem.ts'

/** Returns the mistakes of a catalog, as `line:column: message`. */
export function problems(text: string): string[] {
  try {
    readCatalog(text, 'c.yaml')
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error
    return error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`)
  }
  return []
}
