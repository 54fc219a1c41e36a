import type { CatalogPath } from './source.ts'

/** A part of a catalog whose shape is right and whose meaning is not. */
export interface CatalogFinding {
  path: CatalogPath
  message: string
  /** True when the last key itself is what is wrong. */
  isKey?: boolean
  /** True when it does nothing: a comparison that never holds. */
  isFutile?: boolean
}
