import type { DecideContext } from './context.ts'

/** A context with room for what is found out while it is decided: one shape, whatever is known. */
export type Frame = { readonly [Field in keyof Required<DecideContext>]: DecideContext[Field] | undefined } & {
  readonly page: DecideContext['page']
  readonly nowMs: number
  /** By an audience's number: what it came to, so that it is evaluated once. */
  readonly audiences: Uint8Array
}

/** Not evaluated yet; does not hold; holds. */
export const UNKNOWN = 0
export const FAILS = 1
export const HOLDS = 2

/** Begins a request. */
export function createFrame(context: DecideContext, audienceCount: number): Frame {
  const { visitorId, userId, visitor, page, geo, session, utcOffsetMin, nowMs } = context
  return { visitorId, userId, visitor, page, geo, session, utcOffsetMin, nowMs, audiences: new Uint8Array(audienceCount) }
}
