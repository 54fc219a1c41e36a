import { type Database, open, type RootDatabase } from 'lmdb'
import { decodeFacts, decodeProfile, encodeProfile } from '../profiles/codec.ts'
import { baseOf, type ProfileStore } from './store.ts'

/** Under this key of `meta` stands up to where the log is folded. */
export const OFFSET_KEY = 'offset'

/** A store has one log for its whole life. */
export const LMDB_EPOCH = 0

/** What lies in the directory of a store. */
export interface LmdbTables {
  root: RootDatabase
  profiles: Database<Buffer, [site: string, visitorId: string]>
  meta: Database<number, string>
}

/** Opens what lies in the directory of a store; made when it is missing. */
export function openLmdbTables(directory: string, isReadOnly = false): LmdbTables {
  // With its batching by event turn a failed commit rejects one more promise, which is nobody's to hear (lmdb-js 3.5.6).
  const root = open({ path: directory, maxDbs: 2, readOnly: isReadOnly, eventTurnBatching: false })
  return {
    root,
    profiles: root.openDB<Buffer, [site: string, visitorId: string]>({ name: 'profiles', encoding: 'binary' }),
    meta: root.openDB<number, string>({ name: 'meta' }),
  }
}

/**
 * A commit that fails, on a full disk for one, rejects the promise of everything that was in it, and one more inside of
 * each error (lmdb-js 3.5.6). Node would end the process for any of them that nobody hears; the commit's own says it all.
 */
function hear(part: Promise<unknown>): void {
  part.catch(({ commitError }: { commitError?: Promise<unknown> }) => commitError?.catch(() => undefined))
}

/**
 * Profiles in LMDB, a memory-mapped tree in one directory. The log is the truth and this its folded view: profiles and
 * offset are written in one transaction, so a crash loses at most what the log gives back. Read-only it may be opened
 * beside the process that writes.
 */
export function openLmdbStore(directory: string, { isReadOnly = false } = {}): ProfileStore {
  const { root, profiles, meta } = openLmdbTables(directory, isReadOnly)

  return {
    opened: () => Promise.resolve(),
    readFacts(site, visitorId) {
      const bytes = profiles.getBinary([site, visitorId])
      return bytes && decodeFacts(bytes)
    },
    async base(site, visitorId) {
      const bytes = profiles.getBinary([site, visitorId])
      return bytes && baseOf(() => decodeProfile(bytes))
    },
    async commit(writes, { offset }) {
      // Encoded before: lmdb-js keeps what a transaction has put when its callback throws (3.5.6).
      const rows = writes.map(({ site, visitorId, profile }) => ({
        key: [site, visitorId] as [string, string],
        bytes: profile && encodeProfile(profile),
      }))
      const commit = root.transaction(() => {
        for (const { key, bytes } of rows) hear(bytes ? profiles.put(key, bytes) : profiles.remove(key))
        hear(meta.put(OFFSET_KEY, offset))
      })
      hear(commit)
      await commit
    },
    async progress() {
      const offset = meta.get(OFFSET_KEY) ?? 0
      return { epoch: LMDB_EPOCH, offset, from: offset }
    },
    async close() {
      await root.close()
    },
  }
}
