import { type CommitProgress, type ProfileStore, type ProfileWrite, RowsError } from '../../stores/store.ts'
import type { PassOverOptions } from '../pass-over.ts'

/** Commits; a profile that can never be stored as it is costs itself, and nobody else's. */
export async function commitRows(
  store: ProfileStore,
  writes: readonly ProfileWrite[],
  progress: CommitProgress,
  options: PassOverOptions,
): Promise<void> {
  try {
    await store.commit(writes, progress)
  } catch (error) {
    if (!(error instanceof RowsError)) throw error
    const rest = writes.filter((write) => !error.writes.includes(write))
    // An error that takes nothing away would come again for ever.
    if (rest.length === writes.length) throw error
    for (const { site } of error.writes) {
      options.onPassedOver?.('profile')
      options.onProblem(`site ${site}: a profile cannot be stored, and stays as it was`, error.cause)
    }
    await commitRows(store, rest, progress, options)
  }
}
