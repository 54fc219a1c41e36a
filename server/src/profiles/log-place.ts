/** A place in the order of all that is folded: which log, and where in it. */
export interface LogPlace {
  epoch: number
  offset: number
}

/** True when `one` was written before `other`. No clock is asked: it may have been set back in between. */
export function isBefore(one: LogPlace, other: LogPlace): boolean {
  return one.epoch === other.epoch ? one.offset < other.offset : one.epoch < other.epoch
}
