import { open, readFile, rm, stat } from 'node:fs/promises'
import { writeDurably } from '../../../write-durably.ts'

/**
 * Returns the state of a file, which stays as long as nobody writes to it: the time of its last change is the kernel's,
 * and nobody can set it.
 */
async function stateOf(file: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true })
  return [ino, size, mtimeNs, ctimeNs].join(' ')
}

/** Notes that a file was closed in order. */
export async function markCleanEnd(file: string, marker: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  await writeDurably(marker, await stateOf(file))
}

/** True when the file is what it was when it was closed in order. The note is taken away: from now on it may be written. */
export async function takeCleanEnd(file: string, marker: string): Promise<boolean> {
  const marked = await readFile(marker, 'utf8').catch(() => undefined)
  await rm(marker, { force: true, recursive: true })
  return marked === (await stateOf(file))
}
