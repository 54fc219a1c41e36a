import { type Database, open, type RootDatabase, type RootDatabaseOptionsWithPath } from 'lmdb'
import type { WallClock } from '../../clock.ts'
import { decodeFacts, decodeProfile, encodeProfile, ProfileDamagedError } from '../../profiles/codec.ts'
import type { Definitions } from '../../profiles/features/definitions.ts'
import { isEnded } from '../../profiles/lifetime.ts'
import type { Profile } from '../../profiles/profile.ts'
import { baseOf, type ProfileStore, rowsOf } from '../store.ts'
import { LMDB_EPOCH, type LmdbMeta, putDefinitions, putFolded, readFolded, readLmdbDefinitions } from './lmdb-meta.ts'
import { decodeRow, encodeRow, isRowEnded, type LmdbRow } from './lmdb-row.ts'

/** Longest key, in bytes: LMDB's own limit for pages of 4 KiB, less what lmdb-js puts around the two names. */
const MAX_KEY_BYTES = 1_900

/** Tables in the directory of a store. */
export interface LmdbTables {
  root: RootDatabase
  profiles: Database<Buffer, [site: string, visitorId: string]>
  meta: LmdbMeta
}

/**
 * Opens what lies in the directory of a store; made when it is missing. It is mapped as it is: see `lmdb-sound`.
 */
export function openLmdbTables(directory: string, isReadOnly = false): LmdbTables {
  const options: RootDatabaseOptionsWithPath & { permissionsMode: number } = {
    path: directory,
    maxDbs: 2,
    readOnly: isReadOnly,
    // With its batching by event turn a failed commit rejects one more promise, which is nobody's to hear (lmdb-js 3.5.6).
    eventTurnBatching: false,
    permissionsMode: 0o600,
  }
  const root = open(options)
  return {
    root,
    profiles: root.openDB<Buffer, [site: string, visitorId: string]>({ name: 'profiles', encoding: 'binary' }),
    meta: root.openDB<number | string, string>({ name: 'meta' }),
  }
}

/**
 * A commit that fails, on a full disk for one, rejects the promise of everything that was in it, and one more inside of
 * each error (lmdb-js 3.5.6). Node would end the process for any of them that nobody hears; the commit's own says it all.
 */
function hear(part: Promise<unknown>): void {
  part.catch(({ commitError }: { commitError?: Promise<unknown> }) => commitError?.catch(() => undefined))
}

const NO_DEFINITIONS: Definitions = new Map()

/** Options for opening a store. */
export interface LmdbStoreOptions {
  isReadOnly?: boolean
  /** Called for each row that is not what was written. */
  onDamage?: () => void
  /** Ms since 1970; a profile whose life is over by then is not read. Default: each lives for ever. */
  now?: WallClock
}

/** Profiles on this machine. */
export interface LmdbStore extends ProfileStore {
  /**
   * Removes the profiles whose life is over from the next `limit` rows behind `place`. Resolves with where to go on;
   * undefined at the end.
   */
  removeEnded(place: LmdbPlace | undefined, limit: number): Promise<{ place: LmdbPlace | undefined; removed: number }>
  /** Returns the profiles of the next `limit` rows behind `place`, and where to go on; undefined at the end. Damaged ones are left out. */
  profilesAfter(place: LmdbPlace | undefined, limit: number): { place: LmdbPlace | undefined; found: FoundProfile[] }
  /** Returns the next `limit` ids of a site behind an id, in order; from the first one behind the empty id. */
  idsAfter(site: string, visitorId: string, limit: number): string[]
}

/** A profile, found on the way over all of them. */
export interface FoundProfile {
  site: string
  visitorId: string
  profile: Profile
}

/** A row, for those who go over all of them. */
export type LmdbPlace = [site: string, visitorId: string]

/** The key of a row. @throws RangeError for one that LMDB does not take. */
function keyOf(site: string, visitorId: string): LmdbPlace {
  if (Buffer.byteLength(site) + Buffer.byteLength(visitorId) > MAX_KEY_BYTES) throw new RangeError('a key is too long')
  return [site, visitorId]
}

/** Dependencies of removing. */
interface EndingOptions extends Pick<LmdbTables, 'root' | 'profiles'> {
  rowOf(site: string, visitorId: string): LmdbRow | undefined
  now: WallClock
}

function createEnding({ root, profiles, rowOf, now }: EndingOptions): LmdbStore['removeEnded'] {
  function hasEnded([site, visitorId]: LmdbPlace): boolean {
    try {
      const row = rowOf(site, visitorId)
      return row !== undefined && isRowEnded(row, now() / 1_000)
    } catch (error) {
      // Nobody knows when it ends: folding meets it, too.
      if (error instanceof ProfileDamagedError) return false
      throw error
    }
  }

  return async (place, limit) => {
    const range = place === undefined ? {} : { start: place, exclusiveStart: true }
    const keys = [...profiles.getKeys({ ...range, limit })]
    const ended = keys.filter(hasEnded)
    if (ended.length > 0) {
      const removal = root.transaction(() => {
        // Looked at again: what was folded meanwhile lives.
        for (const key of ended) if (hasEnded(key)) hear(profiles.remove(key))
      })
      hear(removal)
      await removal
    }
    return { place: keys.length < limit ? undefined : keys.at(-1), removed: ended.length }
  }
}

/**
 * Profiles in LMDB, a memory-mapped tree in one directory. The log is the truth and this its folded view: profiles and
 * offset are written in one transaction, so a crash loses at most what the log gives back. Read-only it may be opened
 * beside the process that writes.
 */
export function openLmdbStore(directory: string, options: LmdbStoreOptions = {}): LmdbStore {
  const { isReadOnly = false, onDamage, now = () => 0 } = options
  const { root, profiles, meta } = openLmdbTables(directory, isReadOnly)

  function decoded(site: string, visitorId: string, row: Buffer | undefined): LmdbRow | undefined {
    try {
      return row && decodeRow(site, visitorId, row)
    } catch (error) {
      if (error instanceof ProfileDamagedError) onDamage?.()
      throw error
    }
  }

  const rowOf = (site: string, visitorId: string): LmdbRow | undefined =>
    decoded(site, visitorId, profiles.getBinary([site, visitorId]))

  /** The row in memory that the next read uses again, without a copy; lmdb-js gives its length apart from the memory's own. */
  function passingRowOf(site: string, visitorId: string): LmdbRow | undefined {
    const memory = profiles.getBinaryFast([site, visitorId])
    return decoded(site, visitorId, memory?.subarray(0, memory.length))
  }

  return {
    opened: () => Promise.resolve(),
    readFacts(site, visitorId, mayLackSeen) {
      const row = passingRowOf(site, visitorId)
      if (!row || (row.lastSeenS !== undefined && isEnded(row.lastSeenS, now() / 1_000))) return undefined
      return decodeFacts(row.bytes, { isSound: row.lastSeenS !== undefined, mayLackSeen })
    },
    async base(site, visitorId) {
      if (profiles.getBinary([site, visitorId]) === undefined) return undefined
      return baseOf(() => {
        const row = rowOf(site, visitorId)
        return row && decodeProfile(row.bytes)
      })
    },
    async commit(writes, { epoch, offset, definitions = NO_DEFINITIONS }) {
      // Encoded before: lmdb-js keeps what a transaction has put when its callback throws (3.5.6).
      const rows = rowsOf(writes, ({ site, visitorId, profile }) => ({
        key: keyOf(site, visitorId),
        bytes: profile && encodeRow(site, visitorId, encodeProfile(profile), profile.lastSeenMs),
      }))
      const commit = root.transaction(() => {
        for (const { key, bytes } of rows) hear(bytes ? profiles.put(key, bytes) : profiles.remove(key))
        for (const put of [...putDefinitions(meta, definitions), ...putFolded(meta, { epoch, offset })]) hear(put)
      })
      hear(commit)
      await commit
    },
    async readDefinitions() {
      try {
        return readLmdbDefinitions(meta)
      } catch (error) {
        if (!(error instanceof ProfileDamagedError)) throw error
        // They are declared anew, and their states begin anew; so does all of it at the next start.
        onDamage?.()
        return NO_DEFINITIONS
      }
    },
    async resumePoint() {
      const folded = readFolded(meta)
      return folded ? { ...folded, from: folded.offset } : { epoch: LMDB_EPOCH, offset: 0, from: 0, isNew: true }
    },
    removeEnded: createEnding({ root, profiles, rowOf, now }),
    profilesAfter(place, limit) {
      const range = place === undefined ? {} : { start: place, exclusiveStart: true }
      const keys = [...profiles.getKeys({ ...range, limit })]
      const found = keys.flatMap(([site, visitorId]) => {
        const { profile } = baseOf(() => {
          const row = rowOf(site, visitorId)
          return row && decodeProfile(row.bytes)
        })
        return profile ? [{ site, visitorId, profile }] : []
      })
      return { place: keys.length < limit ? undefined : keys.at(-1), found }
    },
    idsAfter(site, visitorId, limit) {
      const keys = profiles.getKeys({
        start: [site, visitorId],
        exclusiveStart: true,
        end: [`${site}\u0000`, ''],
        limit,
      })
      return [...keys].map(([, id]) => id)
    },
    // A reader that was killed would keep every page that was freed since from being used again.
    freeDeadReaders: () => void root.readerCheck(),
    renew: () => root.resetReadTxn(),
    async close() {
      await root.close()
    },
  }
}
