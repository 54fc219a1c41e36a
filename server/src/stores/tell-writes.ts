import type { ProfileStore } from './store.ts'

/** The same store, which tells of each profile that it has written before `commit` resolves. */
export function tellWrites(store: ProfileStore, onWritten: (site: string, id: string) => void): ProfileStore {
  return {
    readFacts: (site, visitorId) => store.readFacts(site, visitorId),
    read: (site, visitorId) => store.read(site, visitorId),
    offset: () => store.offset(),
    close: () => store.close(),
    async commit(writes, offset) {
      await store.commit(writes, offset)
      for (const { site, visitorId } of writes) onWritten(site, visitorId)
    },
  }
}
