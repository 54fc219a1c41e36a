import type { CommandIo } from './command.ts'

/** Characters that are written at once. */
const CHUNK_CHARS = 65_536

/** Standard output that waits for its reader, so that what a slow one has not read yet takes no memory. */
export interface SteadyOutput {
  /** Adds text; resolves when there is room for more. */
  write(text: string): Promise<void>
  /** Writes all that was added. */
  flush(): Promise<void>
}

/** Makes it. `onClose` is told once when the reader has gone, such as `head`. */
export function createSteadyOutput({ stdout }: Pick<CommandIo, 'stdout'>, onClose: () => void): SteadyOutput {
  let pending = ''
  let isClosed = false
  let onRoom: (() => void) | undefined
  stdout.on?.('drain', () => onRoom?.())
  stdout.on?.('error', () => {
    isClosed = true
    onRoom?.()
    onClose()
  })

  async function flush(): Promise<void> {
    const text = pending
    pending = ''
    if (text === '' || isClosed) return
    const room = new Promise<void>((resolve) => (onRoom = resolve))
    const hasRoom = stdout.write(text) !== false || stdout.on === undefined
    // An error may have come at once.
    if (!hasRoom && !isClosed) await room
  }

  return {
    async write(text) {
      pending += text
      if (pending.length >= CHUNK_CHARS) await flush()
    },
    flush,
  }
}
