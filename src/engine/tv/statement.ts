/**
 * Origins of what is known of airings, the weakest first: where two disagree, the later in this list is believed. A schedule is the
 * broadcaster's plan, `manual` somebody's word, `partner` detection by a partner's devices, `cue` a mark in the broadcast itself (SCTE-35,
 * HLS, HbbTV), and `as-run` the broadcaster's record of what was sent.
 */
export const TV_SOURCES = ['schedule', 'manual', 'partner', 'cue', 'as-run'] as const

/** An origin of what is known of airings. */
export type TvSource = (typeof TV_SOURCES)[number]

/** A programme on a feed. Times are in ms since 1970, as the broadcaster's clock has them. */
export interface Airing {
  /** The programme's id where there is one, else its title. */
  programme: string
  /** The title. */
  title: string
  /** Genres, in lower case. */
  genres?: string[]
  /** Start. */
  fromMs: number
  /** First instant at which it is over. */
  toMs: number
}

/** A commercial break. */
export interface Break {
  /** Start, in ms since 1970. */
  fromMs: number
  /** First instant at which it is over, in ms since 1970. */
  toMs: number
}

/** A commercial on a feed. */
export interface SpotAiring {
  /** The spot's id in the catalog, or a house number or Ad-ID that the catalog knows. */
  spot: string
  /** Start, in ms since 1970, as the broadcaster's clock has it. */
  fromMs: number
  /** First instant at which it is over, in ms since 1970. */
  toMs: number
  /** The brand, where the source names it. */
  brand?: string
  /** The product, where the source names it. */
  product?: string
  /** Areas that it is limited to, such as `s/US-CA`; absent: all of the feed. */
  areas?: string[]
  /** True: it does not air, whatever weaker sources say. */
  isCancelled?: true
}

/**
 * Claim of a source about one feed. With a range it says all there is in it: what the same source, or a weaker one, has said of that time does
 * not count any more. Without one it adds to what is known: a spot airing takes the place of one of the same spot within 90 s. Of a kind
 * whose list is absent it says nothing: a log of commercials leaves the programmes as they are, and an empty list says that there is none.
 */
export interface Statement {
  /** The feed's name in the catalog. */
  feed: string
  /** The origin. */
  source: TvSource
  /** The time of which all is said, in ms since 1970. */
  range?: {
    /** Its start. */
    fromMs: number
    /** The first instant behind it. */
    toMs: number
  }
  /** Programmes. */
  airings?: Airing[]
  /** Breaks. */
  breaks?: Break[]
  /** Commercials. */
  spots?: SpotAiring[]
}

/** Switches TV off, or on again: for a spot, a feed, or all of it. */
export interface TvSwitch {
  /** Scope of the switch. */
  scope: 'all' | 'feed' | 'spot'
  /** Name of the spot or feed; absent for all. */
  name?: string
  /** True: off. */
  isOff: boolean
}
