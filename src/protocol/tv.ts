import type { Operation } from './operation.ts'
import type { Reason } from './reason.ts'

/** A change that a live slot is going to make by itself, while the page is open. */
export interface Cue {
  /** Reason for what the slot shows from then on. */
  reason: Reason
  /** Id of the experience; absent for the page's own content. */
  experience?: string
  /** Id of the variant; absent when `experience` is. */
  variant?: string
  /** Names of events that the slot's audiences read: tracking one makes the cue void. */
  events?: string[]
  /** The slot's name. */
  slot: string
  /** The instant of the change, in ms since 1970 by the service's clock. The slot stays so until its next cue, or until `untilMs` of the answer. */
  fromMs: number
  /** Name of the variant's operations, which `/v1/content/<site>/<content>` has for ever; absent: the slot shows the page's own content. */
  content?: string
  /** Name in the plan's `draws`, if the page draws: the first of those arms whose `below` is above its draw takes the place of all that is said here. */
  draw?: string
}

/**
 * One of the outcomes among which a page draws for a visitor of whom nothing is known. A page draws one number from 0 to 1 for its whole
 * life; the draw of an arm is the fraction of that number times `by`, so that an experience comes out the same whenever it comes.
 */
export interface Arm extends Pick<Cue, 'reason' | 'content'> {
  /** Id of the experience. */
  experience: string
  /** Id of the variant; `holdout` for the share of the site's holdout. */
  variant: string
  /** Factor of the experience. */
  by: number
  /** End of the arm's share, from 0 to 1. */
  below: number
}

/** Content of `/v1/content/<site>/<content>`. */
export interface CueContent {
  /** The operations of a variant. */
  operations: Operation[]
}

/** Changes of live slots that are to come, with an answer or by the stream. */
export interface TvPlan {
  /** The service's time, in ms since 1970; absent where a shared cache may have kept the answer. */
  nowMs?: number
  /** Version of what is known of airings: a plan of another version takes the place of this one. */
  version: string
  /** The end of the plan, in ms since 1970: behind it nothing is known. */
  untilMs: number
  /** Broadcast delay that is assumed, in ms: cues are that much later than the broadcaster's clock. */
  delayMs: number
  /** Names of the live slots. */
  live: string[]
  /** At most 8, and with `draws` 1 KB in all, in the order of their times. */
  cues: Cue[]
  /** Arms by a name that follows from them, in the order in which they are tried; absent if nothing is drawn. */
  draws?: { [draw: string]: Arm[] }
}

/**
 * An event (`plan`) of `GET /v1/live`, as JSON in its `data`. The query has `site`, each fact of the page by its name, and the
 * version of the plan that the page has as `v`, so that it hears of what was switched off since; with `poll` the answer is one message.
 */
export interface LiveMessage {
  /** The plan of somebody without a profile; a page that has a token asks for its own. */
  plan: TvPlan
  /** Slots that must show the page's own content at once, whoever looks: what they show was stopped or withdrawn. */
  stop?: string[]
  /** By slot: what somebody without a profile sees now. */
  slots: { [slot: string]: Omit<Cue, 'slot' | 'fromMs'> }
}

/** Outcome of an arm that a page has drawn, in the body of `POST /v1/counts`. It names nobody. */
export interface DrawnCount {
  /** Id of the experience. */
  experience: string
  /** Id of the variant. */
  variant: string
  /** Outcome in the page. */
  outcome: 'shown' | 'control' | 'late' | 'failed'
}
