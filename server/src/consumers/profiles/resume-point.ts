import type { FoldedOffset, ProfileStore } from '../../stores/store.ts'
import type { EventLog } from '../../streams/log.ts'
import { FencedError } from './fold-entries.ts'

/** Where in its log folding goes on. */
export interface TrackedResumePoint {
  /** Asks the store where it is not known. @throws FencedError when the log is not the one that was folded. */
  find(): Promise<FoldedOffset>
  /** False when the store may have forgotten its last commits: they are folded again before what follows upon them. */
  isKnown(): boolean
  /** After a commit. */
  advance(progress: FoldedOffset): void
}

/** Dependencies of the place. */
export interface ResumePointOptions {
  log: EventLog
  store: ProfileStore
  /** Told how far the log is folded, each time that the store was asked. */
  onFound: (offset: number) => void
  /** Told that the place is not known any more. */
  onLoss: () => void
}

/** A log that ends before the place up to which it is folded would give that place's offsets to new events. */
function refuseOldCopy({ end }: EventLog, foldedTo: number): void {
  if (foldedTo <= end) return
  throw new FencedError(
    `profiles are folded up to ${foldedTo} and this log ends at ${end}: it is an old copy, whose events they know. End this ` +
      'service, move `log` out of its data directory, and start it again',
  )
}

/** Begins without a place. */
export function trackResumePoint({ log, store, onFound, onLoss }: ResumePointOptions): TrackedResumePoint {
  let known: FoldedOffset | undefined
  store.onLoss?.(() => {
    known = undefined
    onLoss()
  })

  async function ask(): Promise<FoldedOffset> {
    const { epoch, offset, from } = await store.resumePoint()
    refuseOldCopy(log, offset)
    onFound(offset)
    return { epoch, offset: from }
  }

  return {
    find: async () => (known ??= await ask()),
    isKnown: () => known !== undefined,
    advance(progress) {
      if (known) known = progress
    },
  }
}
