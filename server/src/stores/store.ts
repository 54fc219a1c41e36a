import { ProfileDamagedError } from '../profiles/codec.ts'
import type { Definitions } from '../profiles/features/definitions.ts'
import type { Profile, ReadFacts } from '../profiles/profile.ts'
import type { Position } from './position.ts'

/** A profile as folding needs it. */
export interface ProfileBase {
  /** Undefined when it was erased, or is damaged. */
  profile: Profile | undefined
  isDamaged?: true
  /** Absent in a store that keeps the offset in the transaction that writes the profiles. */
  position?: Position
}

/** The base that stored bytes make; whatever else is wrong with them than damage is thrown. */
export function baseOf(decode: () => Profile | undefined, position?: Position): ProfileBase {
  const at = position === undefined ? {} : { position }
  try {
    return { profile: decode(), ...at }
  } catch (error) {
    if (!(error instanceof ProfileDamagedError)) throw error
    return { profile: undefined, isDamaged: true, ...at }
  }
}

/** One profile to be written. */
export interface ProfileWrite {
  /** Site and id of the profile. */
  site: string
  /** The visitor's or user's id in the store. */
  visitorId: string
  /** Undefined erases it. */
  profile: Profile | undefined
  /** Up to where in the log the profile is folded. */
  position: Position
}

/** Some profiles can never be written as they are; nothing of their commit has been. The others may be written without them. */
export class RowsError extends Error {
  override readonly name = 'RowsError'
  readonly writes: readonly ProfileWrite[]

  constructor(writes: readonly ProfileWrite[], cause: unknown) {
    super(`${writes.length} profile(s) cannot be stored`, { cause })
    this.writes = writes
  }
}

/** The rows of a commit, each made by itself. @throws RowsError for those of which none can be made. */
export function rowsOf<Row>(writes: readonly ProfileWrite[], rowOf: (write: ProfileWrite) => Row): Row[] {
  const failed: ProfileWrite[] = []
  let reason: unknown
  const rows = writes.flatMap((write) => {
    try {
      return [rowOf(write)]
    } catch (error) {
      failed.push(write)
      reason = error
      return []
    }
  })
  if (failed.length > 0) throw new RowsError(failed, reason)
  return rows
}

/** Offset at which folding goes on. */
export interface FoldedOffset {
  epoch: number
  /** 0 before the first commit. */
  offset: number
}

/** Everything that a commit writes beside profiles. */
export interface CommitProgress extends FoldedOffset {
  /** Definitions of features that have changed; absent if none has. */
  definitions?: Definitions
}

/** Offset at which folding was left, and the one at which it begins again. */
export interface ResumePoint extends FoldedOffset {
  /** Before `offset` where a store acknowledges what it may still forget: what it has of that, its positions tell. */
  from: number
  /** Nothing has been folded into the store yet, of no log. */
  isNew?: true
}

/** One place that has copies of the profiles. */
export interface DataCentre {
  name: string
  /** True while it does not answer. */
  isLost: boolean
  /** Age of its data, in ms, as the heartbeats of the log's owner tell; undefined when none has been seen there. */
  stalenessMs: number | undefined
}

/** State of a remote store's data centres. */
export interface StoreRegions {
  /** Near first. */
  dataCentres(): DataCentre[]
  /** Name of the one that decisions read from now. */
  readonly current: string
  /** Time of a round trip to that one, in ms, as short as it can be. */
  readonly distanceMs: number
}

/** Store of profiles. Every backend passes the one contract test. */
export interface ProfileStore {
  /**
   * Reads the facts of the visitor's profile that decisions use; undefined if there is none. A store that need not wait
   * returns them at once, and throws its errors: then no deadline, cache or breaker stands between.
   * @param site the site's name
   * @param visitorId the profile's id
   * @param mayLackSeen true if nobody asks for the messages that are in them: then a store that answers at once leaves them out. What others
   * answer is shared with who asks.
   */
  readFacts(
    site: string,
    visitorId: string,
    mayLackSeen?: boolean,
  ): ReadFacts | undefined | Promise<ReadFacts | undefined>
  /** The newest there is of a visitor; undefined when there is nothing. */
  base(site: string, visitorId: string): Promise<ProfileBase | undefined>
  /**
   * Writes the profiles, the definitions that have changed, and the log offset up to which they are folded. Resolves when the next `base` sees them. All or
   * nothing, or else each row with its position, so that the same commit can be made again.
   * @throws RowsError before anything is written.
   */
  commit(writes: readonly ProfileWrite[], progress: CommitProgress): Promise<void>
  /** Reads the definitions of features that are in force as of the last commit. */
  readDefinitions(): Promise<Definitions>
  /** Resolves when it can be asked. */
  opened(): Promise<unknown>
  /** Returns the point at which the last commit of this log left off. */
  resumePoint(): Promise<ResumePoint>
  /** Calls `listener` when the last commits may be forgotten. Absent in a store that forgets none. */
  onLoss?(listener: () => void): void
  close(): Promise<void>
  /** Frees what readers in other processes held that were killed. Absent in a store that knows none. */
  freeDeadReaders?(): void
  /** Another process has written: what is read from now on has it. Absent in a store that needs no telling. */
  renew?(): void
  /** Absent in a store on this machine. */
  regions?: StoreRegions
  /** Says everywhere that the owner of the log lives. Absent in a store on this machine. */
  writeHeartbeat?(): Promise<void>
}
