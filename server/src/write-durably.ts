import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a small file, readable by the service's user alone: a crash leaves the one before or this one, never a part, and
 * once it resolves a power cut does not take it back.
 */
export async function writeDurably(path: string, text: string | Uint8Array): Promise<void> {
  const draft = `${path}.new`
  const handle = await open(draft, 'w', 0o600)
  try {
    // The draft of one that died may have had another mode.
    await handle.chmod(0o600)
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, path)
  // Syncing a file does not sync its name (fsync(2), NOTES).
  const directory = await open(dirname(path), 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
