import type { CompileRegex } from 'prepaint/engine'
import type { Definitions } from '../../profiles/features/definitions.ts'
import type { LmdbStore } from '../../stores/lmdb/lmdb.ts'
import type { EventLog } from '../../streams/log.ts'
import type { PassOverOptions } from '../pass-over.ts'
import type { ProfileProjection } from '../profiles/profile-projection.ts'
import { collect } from './collect.ts'
import { type BackfillJob, nextJob } from './job.ts'
import { createRests, type Rest } from './rests.ts'
import { openSideStore, removeSideStore } from './side-store.ts'

/** Rows that are brought into profiles at once. */
const PIECE_ROWS = 64

/** Pause before what has failed is tried again, in ms. */
const RETRY_AFTER_MS = 60_000

/** Dependencies of filling features with the past. */
export interface BackfillOptions extends PassOverOptions {
  log: EventLog
  profiles: Pick<ProfileProjection, 'fill' | 'complete'>
  /** Returns the definitions in force, and the epoch of the log. */
  inForce(): { definitions: Definitions; epoch: number }
  /** Folder of its own, for what is collected. */
  directory: string
  compileRegex?: CompileRegex | undefined
  /** True while the disk is nearly full: what is collected must not take the room of events. Default: never. */
  isLow?: () => boolean
  tell(message: string): void
}

/** Filling the features that catalogs declare with the events before their declaration. */
export interface Backfill {
  /** Looks if there is something to fill, and fills it. */
  look(): void
  /** Returns the share of the present job that is done; undefined while there is none. */
  share(): number | undefined
  /** Resolves when there is nothing to fill, or it has failed. */
  idle(): Promise<void>
  /** Breaks off; another start goes on there. */
  stop(): Promise<void>
}

/** Brings what was collected into the rows. Returns false if it was broken off, or nobody wants it any more. */
async function merge(
  job: BackfillJob,
  side: LmdbStore,
  profiles: BackfillOptions['profiles'],
  rest: Rest,
): Promise<boolean> {
  let place: Parameters<LmdbStore['profilesAfter']>[0]
  do {
    const page = side.profilesAfter(place, PIECE_ROWS)
    const rows = page.found.map(({ visitorId, profile }) => ({ visitorId, states: profile.features?.states ?? {} }))
    if (!(await profiles.fill(job, rows))) return false
    place = page.place
    if (!(await rest(1))) return false
  } while (place)
  return true
}

/**
 * Starts filling. What a feature lacks, the events between the log's beginning and the feature's place, is folded into a store of its own, in
 * pieces with rests between, and then brought into the rows of the visitors by the projection that owns them. A row knows that it was
 * filled, so that each piece may be tried again after a crash; a decision knows a feature of a row as soon as that row is filled.
 */
export function startBackfill(options: BackfillOptions): Backfill {
  const { profiles, inForce, directory, tell, onProblem, isLow = () => false } = options
  const stopping = new AbortController()
  let isLooking = false
  let share: number | undefined
  let running = Promise.resolve()

  async function fill(job: BackfillJob): Promise<void> {
    const what = `site ${job.site}: ${job.features.length} feature(s)`
    tell(`${what} are filled with the events before their declaration`)
    const rests = createRests((done) => tell(`${what} are filled: ${Math.floor(done * 100)} %`), stopping.signal)
    const rest: Rest = (done) => {
      if (isLow()) throw new Error('the disk is nearly full')
      share = done
      return rests(done)
    }
    const side = await openSideStore(directory, job, onProblem)
    try {
      if (!(await collect(job, { ...options, side, rest })) || !(await merge(job, side, profiles, rest))) return
      await profiles.complete(job)
      tell(`${what} know all events of the log`)
    } finally {
      await side.close()
    }
    await removeSideStore(directory)
  }

  async function fillAll(): Promise<void> {
    while (!stopping.signal.aborted) {
      const { definitions, epoch } = inForce()
      const job = nextJob(definitions, epoch)
      if (!job) return
      share = 0
      await fill(job)
    }
  }

  async function lookNow(): Promise<void> {
    try {
      await fillAll()
    } catch (cause) {
      const inS = RETRY_AFTER_MS / 1_000
      onProblem(`features cannot be filled with the events before them; the next try is in ${inS} s`, cause)
      setTimeout(look, RETRY_AFTER_MS).unref()
    }
    isLooking = false
    share = undefined
  }

  function look(): void {
    if (isLooking || stopping.signal.aborted) return
    isLooking = true
    running = lookNow()
  }

  return {
    look,
    share: () => share,
    idle: () => running,
    async stop() {
      stopping.abort()
      await running
    },
  }
}
