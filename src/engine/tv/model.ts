/** A feed: a channel as one region gets it. */
export interface Feed {
  /** Name of the channel; several feeds may have one. */
  channel: string
  /** IANA zone of its schedule, such as `Europe/London`. */
  zone: string
  /** Areas that get it: `c/GB` a country, `s/US-CA` a state or region, by ISO 3166. */
  areas: string[]
  /** The feed that this one repeats. */
  of?: string
  /** Time by which it repeats it later, in ms. */
  shiftMs?: number
  /** Median delay from the broadcaster's clock to the home, in ms, by the path of delivery. */
  delaysMs: { [path: string]: number }
  /** Channel ids in XMLTV files. */
  xmltv?: string[]
}

/** A commercial. */
export interface Spot {
  /** The brand. */
  brand?: string
  /** The product. */
  product?: string
  /** House numbers, Ad-IDs and clock numbers under which it is broadcast. */
  ids?: string[]
}

/** A product in a programme. */
export interface Placement {
  /** The programme's id, as its airings name it. */
  programme: string
  /** The product. */
  product: string
  /** Time from the programme's start without breaks, in ms. */
  atMs: number
  /** Time for which it is seen, in ms. */
  durationMs: number
}

/** TV as a site's catalog declares it. */
export interface TvModel {
  /** Feeds by name. */
  feeds: { [name: string]: Feed }
  /** Commercials by name. */
  spots: { [name: string]: Spot }
  /** Products in programmes. */
  placements: Placement[]
}
