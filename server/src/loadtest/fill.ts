import type { ProfileStore, ProfileWrite } from '../stores/store.ts'
import { LIFE_S } from './load-test-store.ts'
import { profileOf, visitorId } from './visitors.ts'

/** Profiles in one commit. */
const CHUNK = 512

/** Commits at once: while one waits for its last row, others write. */
const COMMITS = 3

/** Tries of a commit: a small cluster that is filled as fast as it goes refuses some writes. */
const TRIES = 20

/** Profiles that are looked up to see whether all of them are there. */
const SAMPLES = 64

/** Age from which profiles are written anew, in seconds: they must outlive the test. */
const MAX_AGE_S = LIFE_S / 2

/** Store and number of the profiles. */
export interface FillOptions {
  store: ProfileStore
  site: string
  profiles: number
  onProgress: (written: number) => void
  /** Ends it in the middle. */
  signal: AbortSignal
}

/** True when an earlier test has left all of them, or nearly so. */
async function isFilled({ store, site, profiles }: FillOptions): Promise<boolean> {
  const oldestUs = (Date.now() - MAX_AGE_S * 1_000) * 1_000
  const numbers = Array.from({ length: SAMPLES }, (_none, index) =>
    Math.floor(((profiles - 1) * index) / (SAMPLES - 1)),
  )
  const bases = await Promise.all(numbers.map((number) => store.base(site, visitorId(number))))
  return bases.every((base) => (base?.position?.writtenUs ?? 0) > oldestUs)
}

/** Writes the profiles of the visitors that are missing; resolves with how many it wrote. */
export async function fillProfiles(options: FillOptions): Promise<number> {
  const { store, site, profiles, onProgress, signal } = options
  if (await isFilled(options)) return 0
  let next = 0
  let written = 0

  function write(number: number): ProfileWrite {
    const nowMs = Date.now()
    const position = { epoch: 0, offset: 0, writtenUs: nowMs * 1_000 }
    return { site, visitorId: visitorId(number), profile: profileOf(number, nowMs), position }
  }

  async function commit(writes: ProfileWrite[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await store.commit(writes, { epoch: 0, offset: 0 })
      } catch (error) {
        if (tries === TRIES) throw error
      }
    }
  }

  async function work(): Promise<void> {
    while (next < profiles) {
      signal.throwIfAborted()
      const first = next
      const count = Math.min(CHUNK, profiles - first)
      next += count
      await commit(Array.from({ length: count }, (_none, index) => write(first + index)))
      written += count
      onProgress(written)
    }
  }

  await Promise.all(Array.from({ length: COMMITS }, work))
  return written
}
