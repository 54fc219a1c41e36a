import type { Service } from 'prepaint-server'
import type { FaultyService } from '../../lab/network/fault.ts'
import type { Site, SiteAsset } from '../../lab/network/site.ts'
import type { Probe } from '../../lab/sampler/frame-log.ts'

/** Somebody whom the brand knows by an id of its own. */
export interface Customer {
  userId: string
  traits: { [name: string]: string }
}

/** One view of a brand's page, and what it should be like. */
export interface View {
  name: string
  /** From the `?` on; empty without one. */
  query: string
  /** Opens the page by the link that the brand has sent to this customer. */
  customer?: Customer
  /** Content of each slot in the end; a slot that is not named shows the original. */
  expected: { [slot: string]: string }
  /** Takes the service away first. */
  isServiceDown?: true
  /** Opens the page in the browser of the view before. */
  isSameVisitor?: true
  /**
   * Act of the visitor in the view before, as an expression in the page, and the event that it causes; the event has
   * reached the profile when this view begins.
   */
  act?: { expression: string; event: string }
  tier: string
}

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
  /** Customers that the brand knows: each may come by a link. */
  customers: Customer[]
  /** The slots that are watched, as the page's makers wrote them. */
  probes: Probe[]
  /** Views that every kind of visitor should see. */
  views: View[]
}

/** A brand's site with its own decision service. */
export interface RunningBrand {
  brand: Brand
  site: Site
  service: Service
  /** Port on which the service listens, and folder of its secret. */
  servicePort: number
  dataDirectory: string
  /** Between the two, so that the service can be taken away. */
  fault: FaultyService
  /** Stops both and forgets every visitor. */
  close(): Promise<void>
}
