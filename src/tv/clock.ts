/** The service's time, as far as a page knows it: never from the device's own clock, which may be an hour off. */
export interface Clock {
  /**
   * Takes a time that the service told between two instants of the running time, unless its round trip was more than twice as long as
   * that of the last one that was taken; each that is left out makes the next one likelier.
   */
  _sample(serviceMs: number, sentMs: number, gotMs: number): void
  /** Takes a time that has certainly passed, if there is one: without a sample it is all that is known. */
  _passed(serviceMs: number | undefined): void
  /** Returns the service's time in ms since 1970; without a sample a time that has passed for certain, or -Infinity. */
  _now(): number
  /** Returns true if the device's clock has jumped since the last call: what was sampled counts no more. */
  _hasJumped(): boolean
}

/** Half of a round trip that is always good enough, in ms. */
const LEAST_MS = 9

/** Difference between the device's clock and the running time that is no jump, in ms. */
const JUMP_MS = 1_000

/**
 * Makes a clock.
 * @param runMs the time since the page began (`performance.now`), which nobody sets, and which may stand still while a device sleeps.
 * @param dateMs the device's clock (`Date.now`), which tells of sleep and of being set, and is used for nothing else.
 */
export function createClock(runMs: () => number, dateMs: () => number): Clock {
  let differenceMs = dateMs() - runMs()
  let offsetMs = -Infinity
  let passedMs = offsetMs
  let errorMs = Infinity
  return {
    _sample(serviceMs, sentMs, gotMs) {
      const halfMs = (gotMs - sentMs) / 2
      if (halfMs <= errorMs) offsetMs = serviceMs - sentMs - (errorMs = halfMs)
      errorMs = errorMs * 2 + LEAST_MS
    },
    _passed(serviceMs) {
      const sinceMs = (serviceMs as number) - runMs()
      if (sinceMs > passedMs) passedMs = sinceMs
    },
    _now: () => runMs() + Math.max(offsetMs, passedMs),
    _hasJumped() {
      const nowMs = dateMs() - runMs()
      const hasJumped = Math.abs(nowMs - differenceMs) > JUMP_MS
      if (hasJumped) {
        differenceMs = nowMs
        offsetMs = -Infinity
        errorMs = Infinity
      }
      return hasJumped
    },
  }
}
