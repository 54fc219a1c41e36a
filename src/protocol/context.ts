/**
 * Facts that the page sends. The client keeps them beside a cached decision, so that a decision is painted again only
 * under the values it was made for.
 */
export interface PageFacts {
  /** `location.pathname`; never the query, which may hold personal data. */
  path: string
  /** `utm_campaign` as it stands in the page's address, percent-encoded; empty when there is none. */
  campaign: string
  /** Host of the referring page; empty when there is none or it is the page's own host. */
  referrer: string
  /** `utm_source`; this and the other `utm_` parameters as they stand in the page's address, absent when there is none. */
  source?: string
  /** `utm_medium`. */
  medium?: string
  /** `utm_term`. */
  term?: string
  /** `utm_content`. */
  content?: string
  /** Name of the ad click parameter in the page's address, such as `gclid`; never its value, which names one click. */
  click?: string
}

/** Counts of this browser's visits, which the tag keeps with consent; a visit ends after 30 minutes without a view. */
export interface SessionFacts {
  /** Page views in this visit, this one included. */
  views: number
  /** Visits so far, this one included. */
  visits: number
}

/** A name in {@link PageFacts}. */
export type PageFact = keyof PageFacts

/** Device class. */
export type Device = 'mobile' | 'tablet' | 'desktop'

/**
 * Facts that a decision may depend on without knowing the person: the page's own, and those from the request's headers.
 */
export interface PageContext extends PageFacts {
  /** Decoded here, unlike in {@link PageFacts}. */
  campaign: string
  /** From `User-Agent`: fixed for a browser, so that no cached decision need be checked against it. */
  device: Device
  /** First tag of `Accept-Language`, such as `de-CH`; empty when there is none. */
  language: string
}
