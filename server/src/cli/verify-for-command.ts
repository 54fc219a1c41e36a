import { PROFILES } from '../stores/lmdb/lmdb-sound.ts'
import { MdbDamagedError } from '../stores/lmdb/mdb-file/damage.ts'
import { type FolderContent, verifyFolder, type VerifyOptions } from '../stores/lmdb/sound-folder.ts'

/** @throws Error that says what to do, for a folder that is damaged; LMDB would end the process without a word. */
export async function verifyForCommand(
  directory: string,
  options: VerifyOptions = {},
  content: FolderContent = PROFILES,
): Promise<void> {
  try {
    await verifyFolder(directory, content, options)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return
    if (!(cause instanceof MdbDamagedError)) throw cause
    const remedy = 'start the service, which moves them aside and folds them anew from the log'
    throw new Error(`${content.name} in ${directory} are damaged (${cause.message}): ${remedy}`, { cause })
  }
}
