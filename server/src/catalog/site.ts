import type { Catalog, CompiledCatalog } from 'prepaint/engine'
import type { Problem } from './problem.ts'

/** A site as its catalog file describes it, ready to decide. */
export interface Site {
  name: string
  /** Origins whose pages may ask, such as `https://www.brand.example`. */
  origins: ReadonlySet<string>
  /** Begins the names of its cookies. */
  prefix: string
  /** How long a client may paint an answer from its cache, in ms. */
  cacheMs: number
  /** What a message has to allow that says something of consent; default: whatever it names. */
  consentCategories: readonly string[] | undefined
  catalog: Catalog
  compiled: CompiledCatalog
  /** What a decision's conditions cost at most, in µs. */
  costUs: number
  /** What is suspicious about the catalog, with its places. */
  warnings: readonly Problem[]
  /** How it deals visitors out, for the catalog that will replace it. */
  dealt: string
}
