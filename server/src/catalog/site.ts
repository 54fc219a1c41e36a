import type { Catalog, CompiledCatalog, Feature } from 'prepaint/engine'
import type { DecideResponse } from 'prepaint/protocol'
import type { Problem } from './problem.ts'
import type { Room } from './room.ts'

/** A site as its catalog file describes it, ready to decide. */
export interface Site {
  name: string
  /** Origins whose pages may ask, such as `https://www.brand.example`. */
  origins: ReadonlySet<string>
  /** Begins the names of its cookies. */
  prefix: string
  /** Time for which a client may paint an answer from its cache, in ms. */
  cacheMs: number
  /** Categories that a message with consent fields has to allow; default: all that it names. */
  consentCategories: readonly string[] | undefined
  catalog: Catalog
  /** Room of its slots, for the pages' style sheet. */
  rooms: readonly Room[]
  compiled: CompiledCatalog
  /** Features that its catalog declares or writes in place, each once. */
  features: readonly Feature[]
  /** Events that its decisions depend on, and the keys that they read of them. */
  awaited: DecideResponse['recent']
  /** Bound of a decision's conditions, in µs. */
  costUs: number
  /** Bound of the states of its features, in bytes a visitor. */
  featureBytes: number
  /** Suspicious parts of the catalog, with their places. */
  warnings: readonly Problem[]
  /** Variant assignment, for the catalog that will replace it. */
  assignments: string
}
