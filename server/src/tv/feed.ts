/** A feed, as its readers need it; the catalog has more of it. */
export interface TvFeed {
  /** Name in the catalog. */
  name: string
  /** Zone of its local times (IANA), such as `Europe/London`. */
  zone: string
  /** Ids of its channel in XMLTV files, which logs may use, too. */
  xmltv: readonly string[]
  /** The feed that it repeats later, for a +1 feed: its times follow from that one. */
  of?: string
}
