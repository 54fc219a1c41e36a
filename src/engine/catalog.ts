import type { Operation } from '../protocol/index.ts'
import type { Condition } from './condition.ts'
import type { Feature } from './features/definition.ts'
import type { Goal } from './goal.ts'
import type { TvModel } from './tv/model.ts'

/** A range of buckets, from 0 to 1: from the first number on, up to but without the second. */
export type Range = readonly [from: number, until: number]

/** One variant of an experience. Without operations and redirect it is the control: the page stays as it is. */
export interface Variant {
  /** The variant's id, in decisions and events. */
  id: string
  /** Share of the experience's visitors. Weights that do not add up to 1 count relative to each other. */
  weight: number
  /** The visitors who get this variant, by their bucket; then weights and coverage are ignored. */
  range?: Range
  /** Operations on the slot, in order. */
  operations: Operation[]
  /** Address to go to instead of the page. */
  redirect?: string
}

/** Experiences in one namespace whose ranges do not overlap never share a visitor. */
export interface Namespace {
  /** The namespace's name. */
  id: string
  /** Start of this experience's part, 0 to 1. */
  from: number
  /** End of this experience's part, 0 to 1. */
  until: number
}

/** The most often that one visitor is shown an experience. */
export interface Cap {
  /** The most showings to one visitor. */
  times: number
  /** Length of the window in which showings count; absent means ever. */
  hours?: number
}

/** "For this audience, in this slot, one of these variants, from … until …". */
export interface Experience {
  /** The experience's id, in decisions and events. */
  id: string
  /** Name of the slot it is for. */
  slot: string
  /** Name of an audience; absent means everybody. */
  audience?: string
  /** Higher comes first in the slot, then the catalog's order; absent means 0. */
  priority?: number
  /** False: switched off from the next decision on. */
  enabled?: boolean
  /** True: never painted from a cache, so that switching it off shows at the next view. */
  strict?: boolean
  /** First instant, in ms since 1970; absent means always. */
  fromMs?: number
  /** First instant at which it no longer runs, in ms since 1970; absent means for ever. */
  untilMs?: number
  /** Share of the audience that takes part, 0 to 1. */
  coverage: number
  /** Salt of the bucketing; a new seed assigns everybody anew. */
  seed: string
  /** Its part of a namespace; absent means none. */
  namespace?: Namespace
  /** Most showings to one visitor; absent means any number. */
  cap?: Cap
  /** True: a visitor keeps the first variant, though weights, ranges, coverage or namespace have changed since. */
  sticky?: boolean
  /** At least one. */
  variants: Variant[]
}

/** A place in the page. */
export interface Slot {
  /** The slot's name. */
  name: string
  /** CSS selector, for a page whose markup cannot carry `data-pp-slot`. */
  selector?: string
  /** True: never painted from a cache. */
  strict?: boolean
  /** True: it may be swapped after the page was painted, at the times of what is on TV. */
  live?: boolean
}

/** Visitors who are shown no experience at all, so that all of them together can be measured. */
export interface Holdout {
  /** 0 to 1. */
  share: number
  /** Salt of the choice; a new seed chooses anew. */
  seed: string
}

/** A site's slots, audiences and experiences. Within a slot the first experience that fits wins. */
export interface Catalog {
  /** Version of the catalog, in every answer. */
  version: string
  /** The site's id. */
  site: string
  /** The places in the page. */
  slots: Slot[]
  /** Absent means that nobody is held out. */
  holdout?: Holdout
  /** Lists that `$inGroup` and `$notInGroup` name. */
  groups?: { [name: string]: (string | number)[] }
  /** Features by the name that conditions give after `features.`; see `declareFeature`. */
  features?: { [name: string]: Feature }
  /** Events that experiences are to bring about; see `declareGoal`. */
  goals?: Goal[]
  /** Feeds, spots and placements that conditions name. */
  tv?: TvModel
  /** Conditions by the name that experiences give. */
  audiences: { [name: string]: Condition }
  /** In each slot they are tried by priority, then in this order. */
  experiences: Experience[]
}
