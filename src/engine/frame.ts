import type { DecideContext } from './context.ts'
import type { Actual } from './equality.ts'

/** A context with room for what is found out while it is decided: one shape, whatever is known. */
export type Frame = { readonly [Field in keyof Required<DecideContext>]: DecideContext[Field] | undefined } & {
  readonly page: DecideContext['page']
  readonly nowMs: number
  /** By an audience's number: whether it holds, and at the next place whether it fails, so that each is evaluated once. */
  readonly audiences: Uint8Array
  /** By an attribute's number: its value, so that it is found once. */
  readonly values: (Known | typeof UNREAD)[]
  /** By the place of what changes with time, features and TV: the first instant at which that may change a comparison; Infinity for never, and before it is read. */
  readonly changesAtMs: number[]
}

/** Stands for a value that nobody has asked for yet. */
export const UNREAD = Symbol('unread')

/** Stands for a value that there may be, but that nobody could read: the profile of a visitor whom the store does not tell of. */
export const NOT_KNOWN = Symbol('not known')

/** The value of an attribute; undefined when it is known that there is none. */
export type Known = Actual | typeof NOT_KNOWN

/** Answers of an audience: not asked yet; no; yes. */
export const UNASKED = 0
export const NO = 1
export const YES = 2

/** Number of values, audiences and changes that a request may look up. */
export interface FrameSize {
  audiences: number
  values: number
  changes: number
}

/** Begins a request. */
export function createFrame(context: DecideContext, size: FrameSize): Frame {
  const { visitorId, userId, visitor, page, geo, tv, session, utcOffsetMin, nowMs } = context
  const values = new Array<Known | typeof UNREAD>(size.values).fill(UNREAD)
  const audiences = new Uint8Array(2 * size.audiences)
  const changesAtMs = new Array<number>(size.changes).fill(Infinity)
  return { visitorId, userId, visitor, page, geo, tv, session, utcOffsetMin, nowMs, audiences, values, changesAtMs }
}
