import type { PageFact } from '../protocol/index.ts'
import type { Attribute } from './attribute.ts'
import type { PlacedFeature } from './attribute-table.ts'
import type { Audience } from './audience.ts'
import type { Bucket } from './bucket.ts'
import type { Experience, Range } from './catalog.ts'
import type { FeatureAttribute } from './feature-attribute.ts'
import type { FrameSize } from './frame.ts'
import type { ReachOf } from './tv/reach.ts'
import type { TvAttribute } from './tv/tv-attribute.ts'

/** A slot's experiences by the one attribute that leaves the fewest to try. */
export interface SlotIndex {
  /** Absent when looking it up would save less than it costs. */
  attribute: Attribute | undefined
  /** By the attribute's value: the experiences that ask for it, in order. */
  byText: ReadonlyMap<string, readonly CompiledExperience[]>
  /** The experiences that ask for no value of it, in order. */
  others: readonly CompiledExperience[]
}

/** An experience ready to be tried. */
export interface CompiledExperience {
  experience: Experience
  /** Its place in the slot's order. */
  position: number
  audience: Audience | undefined
  ranges: readonly Range[]
  bucket: Bucket
  namespaceBucket: Bucket | undefined
  namespaceRanges: readonly Range[]
  /** True when it cannot be decided without knowing who asks. */
  needsId: boolean
  /** True if visitors are split by their bucket. */
  splits: boolean
  /** Draw of a page of whose visitor nothing is known; absent if only an id may decide. */
  draw?: Draw
}

/** Draw of an experience that place and time alone decide, and that splits. */
export interface Draw {
  /** Factor that makes of a page's one draw the draw of this experience. */
  by: number
  /** Questions about TV that its audience asks. */
  tv: readonly TvAttribute[]
}

/** A slot with its experiences in order, and what its decision depends on. */
export interface CompiledSlot {
  /** The slot's name. */
  name: string
  /** CSS selector, for a page whose markup cannot carry `data-pp-slot`. */
  selector?: string
  /** Those that are switched off included. */
  experiences: readonly CompiledExperience[]
  /** Finds the experiences that a request can get. */
  index: SlotIndex
  /** True when no decision for it may be painted from a cache. */
  isStrict: boolean
  /** Page facts that its audiences read. */
  vary: PageFact[]
  /** Names of events that its audiences read, or that change a feature which they read. */
  events: string[]
  /** True if it may be swapped after the page was painted. */
  isLive: boolean
  /** True if its audiences ask for something of the person. */
  isPersonal: boolean
  /** Questions of its audiences about TV. */
  tv: readonly TvAttribute[]
  /** Features that its audiences read. */
  features: readonly FeatureAttribute[]
  /** True if one of these is made of what the brand's servers send: a page hears of none of that. */
  isOfServers: boolean
  /** Instants at which its schedules begin and end, in ms since 1970, in order. */
  instants: readonly number[]
  /** The shortest time for which the local facts that it reads stay the same, in ms; absent when it reads none. */
  stepMs?: number
}

/** A catalog ready to decide. */
export interface CompiledCatalog {
  /** The catalog's version. */
  version: string
  /** The site's name. */
  site: string
  /** In the catalog's order. */
  slots: CompiledSlot[]
  /** Visitors whom no experience is shown. */
  holdout?: {
    /** From 0 to 1. */
    share: number
    /** Place of a visitor between 0 and 1: those below the share are held out. */
    bucket: Bucket
  }
  /** In the catalog's order. */
  audiences: readonly Audience[]
  /** Attributes that audiences read, by number. */
  attributes: readonly Attribute[]
  /** Features that it declares or writes in its conditions, each once. */
  features: readonly PlacedFeature[]
  /** True if it declares feeds. */
  hasTv: boolean
  /** Finds the feeds of a place. */
  reachOf: ReachOf
  /** Values and audiences that a decision may look up. */
  size: FrameSize
}
