import type { Profile } from '../profiles/profile.ts'
import type { ProfileStore } from './store.ts'

/** The same store, which tells of each profile that it has written before `commit` resolves. */
export function notifyOnCommit(
  store: ProfileStore,
  onWritten: (site: string, id: string, profile: Profile | undefined) => void,
): ProfileStore {
  return {
    ...store,
    async commit(writes, progress) {
      await store.commit(writes, progress)
      for (const { site, visitorId, profile } of writes) onWritten(site, visitorId, profile)
    },
  }
}
