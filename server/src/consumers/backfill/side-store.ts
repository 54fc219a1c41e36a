import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LmdbStore } from '../../stores/lmdb/lmdb.ts'
import { openSoundLmdbStore } from '../../stores/lmdb/lmdb-sound.ts'
import { writeDurably } from '../../write-durably.ts'
import type { OnProblem } from '../pass-over.ts'
import { type BackfillJob, nameOf } from './job.ts'

/** Opens the store of a job: with what it has collected before, or empty if that was of another job. */
export async function openSideStore(directory: string, job: BackfillJob, onProblem: OnProblem): Promise<LmdbStore> {
  const file = join(directory, 'job')
  const name = await readFile(file, 'utf8').catch(() => undefined)
  if (name !== nameOf(job)) {
    await removeSideStore(directory)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await writeDurably(file, nameOf(job))
  }
  return openSoundLmdbStore({ directory: join(directory, 'profiles'), tell: onProblem, now: () => 0 })
}

/** Removes what was collected. */
export async function removeSideStore(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true })
}
