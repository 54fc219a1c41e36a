import { rm } from 'node:fs/promises'
import type { WallClock } from '../../clock.ts'
import type { LogRecord } from '../log.ts'
import { encodeFrames, frameBytes } from './frame.ts'
import { beginSegment, type NewSegment, type OpenFile, type Segment, segmentAt } from './segment-files.ts'

/** Place at which a writer goes on, and its options. */
export interface SegmentWriterOptions {
  directory: string
  /** The log's segments, oldest first; the writer adds its own. */
  segments: Segment[]
  /** The log's end: where the first segment of this writer begins. */
  end: number
  /** The running number of the next record. */
  nextNumber: number
  /** Length at which the next segment is begun, in bytes. */
  segmentBytes: number
  /** Age at which the next segment is begun, in ms. */
  segmentMs: number
  now: WallClock
  /** Returns the records with which a file begins. */
  snapshot: () => readonly LogRecord[]
  /** Default `fs.open`. */
  openFile?: OpenFile | undefined
}

/** Writes at the log's end. */
export interface SegmentWriter {
  /** Behind the last byte that is on disk. */
  readonly end: number
  /**
   * Resolves with the offset of the first, once the records are on disk; when it rejects, none of them counts. One call at a
   * time.
   */
  write(records: readonly LogRecord[]): Promise<number>
  /** Begins the next segment, unless the last one is empty, and makes it durable; never while a write is under way. */
  rotate(): Promise<void>
  close(): Promise<void>
}

/**
 * A segment whose write or sync has failed is never written or synced again: after a failed fsync the kernel marks the
 * lost pages clean, so that a second one reports success (PostgreSQL's "fsyncgate", 2018). For the same reason a writer
 * never goes on in an old segment. What such a segment holds behind the next one's base is no part of the log.
 */
export function createSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  const { directory, segments, segmentBytes, segmentMs, now, snapshot, openFile } = options
  let { end, nextNumber } = options
  let current: NewSegment | undefined
  let begunMs = 0

  async function begin(): Promise<NewSegment> {
    const last = segments.at(-1)
    // Nothing in it was ever durable, and it has the name that is needed now.
    if (last?.base === end) {
      await rm(last.path, { force: true })
      segments.pop()
    }
    const segment = segmentAt(directory, end)
    // Before it is there: what is half made, the next try removes.
    segments.push(segment)
    current = await beginSegment(segment, nextNumber, openFile)
    begunMs = now()
    return current
  }

  async function finish(): Promise<void> {
    const finished = current
    current = undefined
    // Its bytes are synced or given up: an error here has nothing left to say.
    await finished?.file.close().catch(() => undefined)
  }

  async function write(records: readonly LogRecord[]): Promise<number> {
    let before: readonly LogRecord[] = []
    let sizeBytes = 0
    if (now() - begunMs >= segmentMs) await finish()
    try {
      const { file, marker } = current ?? (await begin())
      // With the first record, not with the file: one that stays empty is removed.
      if ((segments.at(-1) as Segment).base === end) before = snapshot()
      const bytes = encodeFrames([...before, ...records], marker, nextNumber)
      sizeBytes = bytes.length
      await file.appendFile(bytes)
      await file.datasync()
    } catch (error) {
      await finish()
      throw error
    }
    const offset = end + before.reduce((sum, record) => sum + frameBytes(record), 0)
    end += sizeBytes
    nextNumber += before.length + records.length
    if (end - (segments.at(-1) as Segment).base >= segmentBytes) await finish()
    return offset
  }

  async function rotate(): Promise<void> {
    if (segments.at(-1)?.base === end) return
    await finish()
    try {
      await (await begin()).file.sync()
    } catch (error) {
      await finish()
      throw error
    }
  }

  return {
    get end() {
      return end
    },
    write,
    rotate,
    close: finish,
  }
}
