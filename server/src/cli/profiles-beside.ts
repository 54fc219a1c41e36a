import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isClaimed } from '../service/data-directory.ts'
import { type LmdbStore, openLmdbStore } from '../stores/lmdb/lmdb.ts'
import { UsageError } from './command.ts'
import { printable } from './printable.ts'
import { verifyForCommand } from './verify-for-command.ts'

/** Place of the profiles, and who hears of damage. */
export interface ProfilesBesideOptions {
  dataDirectory: string
  /** Address of a store that is not on this machine. */
  store: string | undefined
  /** Called for each row that is not what was written. */
  onDamage?: () => void
}

/**
 * Opens the profiles of a data directory for reading, also beside a service that runs.
 * @throws UsageError if there are none, or if they are in a cluster: what a data directory has then is of before
 */
export async function openProfilesBeside({
  dataDirectory,
  store,
  onDamage = () => undefined,
}: ProfilesBesideOptions): Promise<LmdbStore> {
  if (store !== undefined)
    throw new UsageError(`this command reads profiles in a data directory, not yet those of ${printable(store)}`)
  const directory = join(dataDirectory, 'profiles')
  if (!existsSync(directory))
    throw new UsageError(`no profiles in ${dataDirectory}: give --data of a service that has run`)
  // A service that runs has verified them, and is writing to them.
  if (!(await isClaimed(dataDirectory))) await verifyForCommand(directory)
  return openLmdbStore(directory, { isReadOnly: true, now: Date.now, onDamage })
}
