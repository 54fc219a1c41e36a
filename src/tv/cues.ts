import type { Cue } from '../protocol/index.ts'

/** The changes that are to come, by slot and time. */
export interface Cues {
  /** Takes a plan's in the place of those there are. */
  _take(cues: Cue[]): void
  /** Returns the cues whose time has come, each once, and of a slot the last alone: a page that slept goes on where it would be. One that shows content is left out if an event has cancelled it. */
  _due(nowMs: number, hasHappened: (event: string) => unknown): Cue[]
  /** Returns the time of the next one; Infinity if there is none. */
  _nextMs(): number
}

/** Makes an empty list. */
export function createCues(): Cues {
  let coming: Cue[] = []
  return {
    _take(cues) {
      coming = cues
    },
    _due(nowMs, hasHappened) {
      let due: Cue[] = []
      coming = coming.filter((cue) => {
        if (cue.fromMs > nowMs) return true
        // The page's own content is right whatever has happened.
        if (!cue.content || !(cue.events || []).some(hasHappened))
          due = due.filter(({ slot }) => slot !== cue.slot).concat(cue)
        return false
      })
      return due
    },
    _nextMs: () => coming.reduce((leastMs, { fromMs }) => Math.min(leastMs, fromMs), Infinity),
  }
}
