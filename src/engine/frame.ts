import type { Json } from '../protocol/index.ts'
import type { DecideContext } from './context.ts'

/** A context with room for what is found out while it is decided: one shape, whatever is known. */
export type Frame = { readonly [Field in keyof Required<DecideContext>]: DecideContext[Field] | undefined } & {
  readonly page: DecideContext['page']
  readonly nowMs: number
  /** By an audience's number: what it came to, so that it is evaluated once. */
  readonly audiences: Uint8Array
  /** By an attribute's number: its value, so that it is found once. */
  readonly values: (Json | undefined | typeof UNREAD)[]
}

/** Stands for a value that nobody has asked for yet. */
export const UNREAD = Symbol('unread')

/** Not evaluated yet; does not hold; holds. */
export const UNKNOWN = 0
export const FAILS = 1
export const HOLDS = 2

/** Number of values and audiences that a request may look up. */
export interface FrameSize {
  audiences: number
  values: number
}

/** Begins a request. */
export function createFrame(context: DecideContext, size: FrameSize): Frame {
  const { visitorId, userId, visitor, page, geo, session, utcOffsetMin, nowMs } = context
  const values = new Array<Json | undefined | typeof UNREAD>(size.values).fill(UNREAD)
  const audiences = new Uint8Array(size.audiences)
  return { visitorId, userId, visitor, page, geo, session, utcOffsetMin, nowMs, audiences, values }
}
