import type { Profile } from '../profiles/profile.ts'
import type { ProfileStore } from '../stores/store.ts'

/** What became of a read: `late` took longer than the budget, `failed` is the store's own error. */
export type ProfileRead =
  | { outcome: 'read'; profile: Profile | undefined }
  | { outcome: 'late' }
  | { outcome: 'failed'; cause: unknown }

/**
 * Reads a profile within the budget, which began at `sinceMs` (of `performance.now()`) and is shared by all reads of one
 * decision. Never rejects.
 */
export type ReadProfile = (site: string, visitorId: string, sinceMs: number) => Promise<ProfileRead>

/** Puts our own deadline on the store: a driver's timeouts are there to tell a dead host, not to keep a budget. */
export function createProfileReader(store: ProfileStore, budgetMs: number): ReadProfile {
  return (site, visitorId, sinceMs) =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ outcome: 'late' }), budgetMs - (performance.now() - sinceMs))
      const settle = (result: ProfileRead): void => {
        clearTimeout(timer)
        resolve(result)
      }
      store.read(site, visitorId).then(
        (profile) => settle({ outcome: 'read', profile }),
        (cause: unknown) => settle({ outcome: 'failed', cause }),
      )
    })
}
