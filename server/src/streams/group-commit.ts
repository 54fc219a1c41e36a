/** Bytes that may wait for the disk; beyond them appends are rejected: a stalled disk must not fill the memory. */
const MAX_WAITING_BYTES = 33_554_432

interface Waiting {
  bytes: Buffer
  resolve(position: number): void
  reject(reason: unknown): void
}

/** Appends that share writes. */
export interface GroupCommit {
  /** Resolves with the position of the bytes in the file once they are on disk. */
  append(bytes: Buffer): Promise<number>
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
}

/**
 * Appends that come while one write and its sync run wait and go together in the next: the disk's latency is paid once
 * a group. `write` resolves with the position of what it was given.
 */
export function createGroupCommit(write: (bytes: Buffer) => Promise<number>): GroupCommit {
  let waiting: Waiting[] = []
  let waitingBytes = 0
  let writing: Promise<void> | undefined

  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      let position = await write(Buffer.concat(group.map(({ bytes }) => bytes)))
      for (const { bytes, resolve } of group) {
        resolve(position)
        position += bytes.length
      }
    } catch (reason) {
      for (const { reject } of group) reject(reason)
    }
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      waitingBytes = 0
      await writeGroup(group)
    }
    writing = undefined
  }

  return {
    append(bytes) {
      if (waitingBytes + bytes.length > MAX_WAITING_BYTES) return Promise.reject(new Error('the disk is too slow'))
      return new Promise((resolve, reject) => {
        waiting.push({ bytes, resolve, reject })
        waitingBytes += bytes.length
        writing ??= writeAll()
      })
    },
    async settled() {
      await writing
    },
  }
}
