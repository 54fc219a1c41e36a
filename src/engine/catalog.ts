import type { Operation } from '../protocol/index.ts'
import type { Condition } from './condition.ts'

/** One arm of an experience. Without operations it is the control: the page stays as it is. */
export interface Variant {
  id: string
  /** Share of the experience's visitors, relative to the other variants' weights. */
  weight: number
  operations: Operation[]
}

/** "For this audience, in this slot, one of these variants, from … until …". */
export interface Experience {
  id: string
  slot: string
  /** Name of an audience; absent means everybody. */
  audience?: string
  /** First instant, in ms since 1970; absent means always. */
  fromMs?: number
  /** First instant at which it no longer runs, in ms since 1970; absent means for ever. */
  untilMs?: number
  /** Share of the audience that takes part, 0 to 1. */
  coverage: number
  /** Salt of the bucketing; a new seed deals everybody anew. */
  seed: string
  /** At least one. */
  variants: Variant[]
}

/** A place in the page. */
export interface Slot {
  name: string
  /** CSS selector, for a page whose markup cannot carry `data-pp-slot`. */
  selector?: string
}

/** A site's slots, audiences and experiences. Within a slot the first experience that fits wins. */
export interface Catalog {
  version: string
  site: string
  slots: Slot[]
  audiences: { [name: string]: Condition }
  experiences: Experience[]
}
