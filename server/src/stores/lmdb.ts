import { open } from 'lmdb'
import { decodeProfile, encodeProfile } from '../profiles/codec.ts'
import type { ProfileStore } from './store.ts'

const OFFSET_KEY = 'offset'

/**
 * Profiles in LMDB, a memory-mapped tree in one directory. The log is the truth and this its folded view: profiles and
 * offset are written in one transaction, so a crash loses at most what the log gives back. Read-only it may be opened
 * beside the process that writes.
 */
export function openLmdbStore(directory: string, { isReadOnly = false } = {}): ProfileStore {
  const root = open({ path: directory, maxDbs: 2, readOnly: isReadOnly })
  const profiles = root.openDB<Buffer, [site: string, visitorId: string]>({ name: 'profiles', encoding: 'binary' })
  const meta = root.openDB<number, string>({ name: 'meta' })

  return {
    read(site, visitorId) {
      const bytes = profiles.getBinary([site, visitorId])
      return bytes && decodeProfile(bytes)
    },
    async commit(writes, offset) {
      // Encoded before: lmdb-js keeps what a transaction has put when its callback throws (3.5.6).
      const rows = writes.map(({ site, visitorId, profile }) => ({ site, visitorId, bytes: encodeProfile(profile) }))
      await root.transaction(() => {
        for (const { site, visitorId, bytes } of rows) void profiles.put([site, visitorId], bytes)
        void meta.put(OFFSET_KEY, offset)
      })
    },
    async offset() {
      return meta.get(OFFSET_KEY) ?? 0
    },
    async close() {
      await root.close()
    },
  }
}
