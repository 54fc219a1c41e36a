import type { Catalog, CompiledCatalog } from 'prepaint/engine'

/** A site as its catalog file describes it, ready to decide. */
export interface Site {
  name: string
  /** Origins whose pages may ask, such as `https://www.brand.example`. */
  origins: ReadonlySet<string>
  /** Begins the names of its cookies. */
  prefix: string
  /** How long a client may paint an answer from its cache, in ms. */
  cacheMs: number
  catalog: Catalog
  compiled: CompiledCatalog
}
