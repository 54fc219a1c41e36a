import { type VerifyOptions, verifyProfiles } from '../stores/lmdb/lmdb-sound.ts'
import { MdbDamagedError } from '../stores/lmdb/mdb-file/damage.ts'

/** @throws Error that says what to do, for profiles that are damaged; LMDB would end the process without a word. */
export async function verifyForCommand(directory: string, options: VerifyOptions = {}): Promise<void> {
  try {
    await verifyProfiles(directory, options)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return
    if (!(cause instanceof MdbDamagedError)) throw cause
    const remedy = 'start the service, which moves them aside and folds them anew from the log'
    throw new Error(`the profiles in ${directory} are damaged (${cause.message}): ${remedy}`, { cause })
  }
}
