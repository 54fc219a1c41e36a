import { setTimeout as delay } from 'node:timers/promises'
import type { WallClock } from '../clock.ts'
import type { LmdbPlace } from '../stores/lmdb/lmdb.ts'
import type { EventLog } from '../streams/log.ts'

const DAY_MS = 86_400_000
const MIB = 1_048_576

/** Interval between two clean-ups, in ms. */
const LOOK_EVERY_MS = 3_600_000

/** Rows looked at in one turn of the event loop: half a millisecond. */
const SLICE_ROWS = 100

/**
 * Pause between two slices, in ms. Without one a million rows keep a core busy for the service's first half minute, and where cores are
 * short the kernel makes a process wait that never does by itself.
 */
const PAUSE_MS = 10

/** Rows of people that end some time after the last event. */
export interface EndingRows {
  /** For messages, as a plural: `profiles`. */
  name: string
  /** Removes those whose life is over from the next `limit` rows behind `place`. Resolves with where to go on; undefined at the end. */
  removeEnded(place: LmdbPlace | undefined, limit: number): Promise<{ place: LmdbPlace | undefined; removed: number }>
}

/** Data that is kept, and for how long. */
export interface RetentionOptions {
  log: EventLog
  /** Returns the offset at which folding begins again. */
  resumesAt: () => Promise<number>
  /** Without profiles where they end by themselves. */
  ending: readonly EndingRows[]
  /** True when all events are folded: a profile may look ended only because its events are not. */
  isFolded: () => boolean
  logDays: number
  logMb: number
  now: WallClock
  tell: (message: string) => void
  onProblem: (problem: string, cause: unknown) => void
}

async function removeEnded(
  rows: EndingRows,
  { isFolded, tell }: RetentionOptions,
  isStopped: () => boolean,
): Promise<void> {
  let place: LmdbPlace | undefined
  let count = 0
  do {
    if (isStopped() || !isFolded()) return
    const step = await rows.removeEnded(place, SLICE_ROWS)
    count += step.removed
    place = step.place
    await delay(PAUSE_MS)
  } while (place)
  if (count > 0) tell(`${count} ${rows.name} are removed, whose visitors have not been seen for 390 days`)
}

async function trimLog({ log, resumesAt, logDays, logMb, now, tell }: RetentionOptions): Promise<void> {
  const before = log.begin ?? 0
  await log.trim?.({
    upTo: await resumesAt(),
    olderThanMs: logDays > 0 ? now() - logDays * DAY_MS : -Infinity,
    maxBytes: logMb > 0 ? logMb * MIB : Infinity,
  })
  const after = log.begin ?? 0
  if (after > before)
    tell(`the log begins at ${after} now: what is before it is folded, and beyond --log-days or --log-size`)
}

/** Removes what is beyond its bounds. */
export interface Retention {
  look(): Promise<void>
  stop(): Promise<void>
}

/** Looks every hour what can go. */
export function startRetention(options: RetentionOptions): Retention {
  let isStopped = false
  let looking = Promise.resolve()

  async function lookNow(): Promise<void> {
    if (isStopped) return
    try {
      await trimLog(options)
      for (const rows of options.ending) await removeEnded(rows, options, () => isStopped)
    } catch (cause) {
      options.onProblem('what is beyond its bounds could not be removed', cause)
    }
  }

  const look = (): Promise<void> => (looking = looking.then(lookNow))
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref()
  return {
    look,
    async stop() {
      isStopped = true
      clearInterval(timer)
      await looking
    },
  }
}
