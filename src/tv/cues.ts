import type { Cue } from '../protocol/index.ts'

/**
 * Returns the cues whose time has come, of a slot the last alone (a page that slept goes on where it would be), and those that are to
 * come. One that shows content is left out if an event has cancelled it.
 * @param cues in the order of their times.
 */
export function splitCues(
  cues: Cue[],
  nowMs: number,
  hasHappened: (event: string) => unknown,
): [due: Cue[], coming: Cue[]] {
  let due: Cue[] = []
  const coming = cues.filter((cue) => {
    if (cue.fromMs > nowMs) return true
    // The page's own content is right whatever has happened.
    if ((!cue.content && !cue.draw) || !(cue.events || []).some(hasHappened))
      due = due.filter(({ slot }) => slot !== cue.slot).concat(cue)
    return false
  })
  return [due, coming]
}
