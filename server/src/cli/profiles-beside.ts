import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isClaimed } from '../service/data-directory.ts'
import { type LmdbStore, openLmdbStore } from '../stores/lmdb/lmdb.ts'
import { UsageError } from './command.ts'
import { verifyForCommand } from './verify-for-command.ts'

/**
 * Opens the profiles of a data directory for reading, also beside a service that runs. `onDamage` is told of each row that is not
 * what was written.
 * @throws UsageError if there are none
 */
export async function openProfilesBeside(
  dataDirectory: string,
  onDamage: () => void = () => undefined,
): Promise<LmdbStore> {
  const directory = join(dataDirectory, 'profiles')
  if (!existsSync(directory))
    throw new UsageError(`no profiles in ${dataDirectory}: give --data of a service that has run`)
  // A service that runs has verified them, and is writing to them.
  if (!(await isClaimed(dataDirectory))) await verifyForCommand(directory)
  return openLmdbStore(directory, { isReadOnly: true, now: Date.now, onDamage })
}
