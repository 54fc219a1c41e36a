import type { ProfileStore } from './store.ts'

/** The same store, which tells of each profile that it has written before `commit` resolves. */
export function tellWrites(store: ProfileStore, onWritten: (site: string, id: string) => void): ProfileStore {
  return {
    ...store,
    async commit(writes, progress) {
      await store.commit(writes, progress)
      for (const { site, visitorId } of writes) onWritten(site, visitorId)
    },
  }
}
