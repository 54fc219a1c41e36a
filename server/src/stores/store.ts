import type { Profile, ProfileFacts } from '../profiles/profile.ts'

/** One profile to be written. */
export interface ProfileWrite {
  site: string
  visitorId: string
  profile: Profile
}

/** Where profiles live. Every backend passes the one contract test. */
export interface ProfileStore {
  /**
   * What decisions ask of the visitor's profile; undefined when there is none. A store that need not wait gives it at
   * once, and its errors too: then no deadline, no copy and no breaker stands between.
   */
  readFacts(site: string, visitorId: string): ProfileFacts | undefined | Promise<ProfileFacts | undefined>
  /** The whole profile, for folding; undefined when there is none. */
  read(site: string, visitorId: string): Profile | undefined | Promise<Profile | undefined>
  /**
   * Writes the profiles and the log offset up to which they are folded, all or nothing. Resolves when the next
   * `read` sees them.
   */
  commit(writes: readonly ProfileWrite[], offset: number): Promise<void>
  /** The offset of the last commit, where folding goes on after a restart; 0 before the first. */
  offset(): Promise<number>
  close(): Promise<void>
}
