/** A process that has lived so long, in ms, has not ended for the reason that the one before it had. */
const SOUND_AFTER_MS = 10_000

/** First and longest pause before a process is started that keeps ending, in ms. */
const FIRST_PAUSE_MS = 100
const MAX_PAUSE_MS = 5_000

/** Says how long to wait before an ended process is replaced, in ms. */
export type PauseAfter = (livedMs: number) => number

/** Begins with a process that has not ended yet: the first is replaced at once, and each that follows it soon waits twice as long. */
export function createPauses(): PauseAfter {
  let ends = 0
  return (livedMs) => {
    ends = livedMs >= SOUND_AFTER_MS ? 1 : ends + 1
    return ends === 1 ? 0 : Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (ends - 2))
  }
}
