import type { SiteAsset } from '../../lab/network/site.ts'
import type { Probe } from '../../lab/sampler/frame-log.ts'
import type { Customer } from './customer.ts'
import type { View } from './view.ts'

/** Somebody's page, and what Prepaint makes of it. */
export interface Brand {
  /** Its name in the catalog. */
  site: string
  /** Path of the catalog. */
  catalog: string
  /** The page as its makers wrote it, but whole without a network. */
  page: string
  /** The page with its slots marked: all that the brand does, beside the tag. */
  markedPage: string
  /** Everything else that the page asks for. */
  asset(path: string): SiteAsset | undefined
  /** Whom the brand knows: each may come by a link. */
  customers: Customer[]
  /** The slots that are watched, as the page's makers wrote them. */
  probes: Probe[]
  /** What every kind of visitor should see. */
  views: View[]
}
