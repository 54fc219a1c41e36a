/** A place in the order of all that is folded: which log, and where in it. */
export interface LogPlace {
  epoch: number
  offset: number
}

/** Before all that is in any log. */
export const FIRST_PLACE: LogPlace = { epoch: 0, offset: 0 }

/** True when `one` was written before `other`. No clock is asked: it may have been set back in between. */
export function isBefore(one: LogPlace, other: LogPlace): boolean {
  return one.epoch === other.epoch ? one.offset < other.offset : one.epoch < other.epoch
}
