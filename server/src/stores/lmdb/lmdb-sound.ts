import { writeFile } from 'node:fs/promises'
import type { WallClock } from '../../clock.ts'
import { createRowChecks } from './check-rows.ts'
import { type LmdbStore, openLmdbStore } from './lmdb.ts'
import { type FolderContent, prepareSoundFolder, type Tell, verifyFolder, type VerifyOptions } from './sound-folder.ts'

/** Options for opening profiles. */
export interface SoundLmdbOptions {
  directory: string
  tell: Tell
  now: WallClock
}

/** Profiles, as a folder of LMDB. */
export const PROFILES: FolderContent = { name: 'the profiles', one: 'a profile', createChecks: createRowChecks }

/** @throws MdbDamagedError unless it is a file that LMDB can work with, and its rows are what was written. */
export async function verifyProfiles(directory: string, options: VerifyOptions = {}): Promise<void> {
  await verifyFolder(directory, PROFILES, options)
}

/** Opens the profiles in a directory that nobody else writes to; what is damaged is moved aside first, and folded anew from the log. */
export async function openSoundLmdbStore({ directory, tell, now }: SoundLmdbOptions): Promise<LmdbStore> {
  const folder = await prepareSoundFolder({ ...PROFILES, directory, tell, now })
  let hasReported = false
  function onDamage(): void {
    if (hasReported) return
    hasReported = true
    tell(
      'a profile is not what was written, and begins anew: at the next start all of them are folded anew from the log',
    )
    writeFile(folder.damagedMark, '', { mode: 0o600 }).catch(() => undefined)
  }

  const store = openLmdbStore(directory, { onDamage, now })
  return {
    ...store,
    async close() {
      await store.close()
      await folder.markClosed()
    },
  }
}
