import { chmod, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Takes the rights of everybody but the owner; true when there were some. */
async function closeMode(path: string): Promise<boolean> {
  const found = await lstat(path)
  // A link has no mode of its own, and what it leads to may be somebody else's.
  if (!(found.isFile() || found.isDirectory()) || (found.mode & 0o077) === 0) return false
  await chmod(path, found.isDirectory() ? 0o700 : 0o600)
  return true
}

/**
 * Makes the data directory and all in it the service's user's alone: an older version, a backup or a hand may have left it open.
 * Returns how many files and directories were.
 */
export async function closeModes(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true })
  const paths = [directory, ...names.map((name) => join(directory, name))]
  const wereOpen = await Promise.all(
    paths.map((path) =>
      closeMode(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false
        throw error
      }),
    ),
  )
  return wereOpen.filter(Boolean).length
}
