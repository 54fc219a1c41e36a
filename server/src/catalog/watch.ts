import { watch } from 'node:fs'
import { dirname } from 'node:path'

/** Pause between a change and the reading of the file, in ms: editors write in several steps. */
const SETTLE_MS = 50

/**
 * Calls `onChange` after something has happened beside the file. The directory is watched, since editors and
 * deployments replace the file, and a watch on the file itself would follow the old one.
 */
export function watchFile(file: string, onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const settle = (): void => {
    // Not prolonged by later changes: a directory that is never quiet must not put it off for ever.
    timer ??= setTimeout(() => {
      timer = undefined
      onChange()
    }, SETTLE_MS)
  }
  // A watch that breaks is a change too: reading the file finds out what has become of it.
  const watcher = watch(dirname(file), { persistent: false }, settle).on('error', settle)
  return () => {
    watcher.close()
    clearTimeout(timer)
  }
}
