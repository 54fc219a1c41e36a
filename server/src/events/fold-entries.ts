import { ProfileDamagedError } from '../profiles/codec.ts'
import { fold } from '../profiles/fold.ts'
import type { Profile } from '../profiles/profile.ts'
import type { ProfileStore, ProfileWrite } from '../stores/store.ts'
import type { LogEntry } from '../streams/log.ts'
import type { Pause } from './pauses.ts'
import { decodeRecord } from './record.ts'

/** Told what went wrong; the work goes on. */
export type OnProblem = (problem: string, cause?: unknown) => void

/** What `step` makes of an entry; an entry with which it fails once it will fail with for ever. */
function orPassOver<Result>({ offset }: LogEntry, onProblem: OnProblem, step: () => Result): Result | undefined {
  try {
    return step()
  } catch (cause) {
    onProblem(`the log entry at ${offset} is no event and is passed over`, cause)
    return undefined
  }
}

/**
 * Reads profiles for folding. One whose bytes are damaged begins anew: kept as it is it would never learn again, and
 * refused it would hold up everybody's events. Its past is in the log still.
 */
function createReader(store: ProfileStore) {
  const damaged = new Map<string, number>()
  return {
    async read(site: string, visitorId: string): Promise<Profile | undefined> {
      try {
        return await store.read(site, visitorId)
      } catch (error) {
        if (!(error instanceof ProfileDamagedError)) throw error
        damaged.set(site, (damaged.get(site) ?? 0) + 1)
        return undefined
      }
    },
    report(onProblem: OnProblem): void {
      for (const [site, count] of damaged) {
        onProblem(
          `site ${site}: ${count} damaged profile(s) began anew: delete \`profiles\` in the data directory to have all of `
          + 'them folded anew from the log',
        )
      }
    },
  }
}

/** What folding some entries comes to. */
export interface Folded {
  writes: ProfileWrite[]
  /** When the first of them was taken in, in ms since 1970; undefined when none is an event. */
  oldestMs: number | undefined
}

/**
 * Folds entries, in order, into the profiles that they are about; each profile is read once. Rejects only with the
 * store's own errors, which another try may mend.
 */
export async function foldEntries(
  entries: readonly LogEntry[],
  store: ProfileStore,
  onProblem: OnProblem,
  pause: Pause,
): Promise<Folded> {
  const writes = new Map<string, ProfileWrite>()
  const reader = createReader(store)
  let oldestMs: number | undefined
  for (const entry of entries) {
    await pause()
    const record = orPassOver(entry, onProblem, () => decodeRecord(entry.payload))
    if (!record) continue
    const { site, visitorId } = record
    oldestMs ??= record.receivedMs
    const key = `${site} ${visitorId}`
    const before = writes.get(key)?.profile ?? (await reader.read(site, visitorId))
    const profile = orPassOver(entry, onProblem, () => fold(before, record))
    if (profile) writes.set(key, { site, visitorId, profile })
  }
  reader.report(onProblem)
  return { writes: [...writes.values()], oldestMs }
}
