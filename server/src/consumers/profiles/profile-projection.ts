import type { WallClock } from '../../clock.ts'
import type { ProfileStore } from '../../stores/store.ts'
import type { EventLog } from '../../streams/log.ts'
import type { PassOverOptions } from '../pass-over.ts'
import { FencedError, type Projection } from '../projection.ts'
import { commitRows } from './commit-rows.ts'
import { foldRecords } from './fold-records.ts'

/** Dependencies of folding profiles. */
export interface ProfileProjectionOptions extends PassOverOptions {
  log: EventLog
  store: ProfileStore
  /** Called after each commit with the time since its first event was taken in. */
  onFolded?: (ms: number) => void
  /** Default `Date.now`. */
  now?: WallClock
}

/** A log that ends before the place up to which it is folded would give that place's offsets to new events. */
function refuseOldCopy({ end }: EventLog, foldedTo: number): void {
  if (foldedTo <= end) return
  throw new FencedError(
    `profiles are folded up to ${foldedTo} and this log ends at ${end}: it is an old copy, whose events they know. End this ` +
      'service, move `log` out of its data directory, and start it again',
  )
}

/** Profiles: what visitors do, folded into the store, from where it says that it was left. */
export function createProfileProjection(options: ProfileProjectionOptions): Projection {
  const { log, store, onFolded, now = Date.now } = options
  let epoch = 0
  return {
    name: 'profiles',
    holdsUp: true,
    opened: () => store.opened(),
    async resume() {
      const { from, offset, ...progress } = await store.resumePoint()
      refuseOldCopy(log, offset)
      ;({ epoch } = progress)
      return { from, appliedTo: offset }
    },
    async apply(records, offset, pause) {
      const { writes, oldestMs } = await foldRecords(records, { ...options, epoch, pause })
      await commitRows(store, writes, { epoch, offset }, options)
      if (oldestMs !== undefined) onFolded?.(now() - oldestMs)
    },
    onLoss: (listener) => store.onLoss?.(listener),
  }
}
