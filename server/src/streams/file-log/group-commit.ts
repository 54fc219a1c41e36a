import type { LogRecord } from '../log.ts'
import { frameBytes } from './frame.ts'

/** Bytes that may wait for the disk; beyond them appends are rejected: a stalled disk must not fill the memory. */
const MAX_WAITING_BYTES = 33_554_432

interface Waiting {
  records: readonly LogRecord[]
  sizeBytes: number
  resolve(offset: number): void
  reject(reason: unknown): void
}

/** Appends that share writes. */
export interface GroupCommit {
  /** Resolves with the offset of the first once all of them are on disk. @throws RangeError for one that no log takes. */
  append(records: readonly LogRecord[]): Promise<number>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

/**
 * Appends that come while one write and its sync run wait and go together in the next: the disk's latency is paid once
 * a group. `write` resolves with the offset of the first of what it was given.
 */
export function createGroupCommit(write: (records: readonly LogRecord[]) => Promise<number>): GroupCommit {
  let waiting: Waiting[] = []
  let waitingBytes = 0
  let writing: Promise<void> | undefined

  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      let offset = await write(group.flatMap(({ records }) => records))
      for (const { sizeBytes, resolve } of group) {
        resolve(offset)
        offset += sizeBytes
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
    async append(records) {
      const sizeBytes = records.reduce((sum, record) => sum + frameBytes(record), 0)
      if (waitingBytes + sizeBytes > MAX_WAITING_BYTES) throw new Error('the disk is too slow')
      return new Promise<number>((resolve, reject) => {
        waiting.push({ records, sizeBytes, resolve, reject })
        waitingBytes += sizeBytes
        writing ??= writeAll()
      })
    },
    async idle() {
      await writing
    },
  }
}
