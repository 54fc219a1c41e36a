import { watch } from 'node:fs'
import { dirname } from 'node:path'
import { look } from './look.ts'

/** Pause between a change in the directory and a look at the file, in ms. */
const PAUSE_MS = 20

/**
 * Time between two looks that nothing has asked for, in ms. A link far away that leads elsewhere, a directory that was replaced
 * and many network file systems tell nobody.
 */
const ROUND_MS = 1_000

/** A file, with the state that was last seen of it. */
export interface Watched {
  file: string
  /** Returns the state in which it was last read. */
  seen(): string | undefined
}

/**
 * Calls `onChange` when a look at the file shows something else than when it was last read: soon after something has happened
 * in its directory (editors and deployments replace the file, and a watch on the file itself would follow the old one), and
 * in any case within a second.
 */
export function watchFile({ file, seen }: Watched, onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const check = async (): Promise<void> => {
    if ((await look(file)) !== seen()) onChange()
  }
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      void check()
    }, PAUSE_MS)
  }
  const rounds = setInterval(() => void check(), ROUND_MS).unref()
  // A watch that breaks is a change too; from then on the rounds find what happens.
  const watcher = watch(dirname(file), { persistent: false }, soon).on('error', soon)
  return () => {
    watcher.close()
    clearInterval(rounds)
    clearTimeout(timer)
  }
}
