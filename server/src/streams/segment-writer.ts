import { type FileHandle, open, unlink } from 'node:fs/promises'
import { type Segment, segmentAt, syncDirectory } from './segment-files.ts'

/** Opens a file as `fs.open` does. */
export type OpenFile = (path: string, flags: string) => Promise<FileHandle>

/** Where a writer goes on, and with what. */
export interface SegmentWriterOptions {
  directory: string
  /** The log's segments, oldest first; the writer adds its own. */
  segments: Segment[]
  /** The log's end: where the first segment of this writer begins. */
  end: number
  /** Length at which the next segment is begun, in bytes. */
  segmentBytes: number
  /** Default `fs.open`. */
  openFile?: OpenFile | undefined
}

/** Writes at the log's end. */
export interface SegmentWriter {
  /** Behind the last byte that is on disk. */
  readonly end: number
  /** Resolves once the bytes are on disk; when it rejects, none of them counts. One call at a time. */
  write(bytes: Buffer): Promise<void>
  close(): Promise<void>
}

/**
 * A segment whose write or sync has failed is never written or synced again: after a failed fsync the kernel marks the
 * lost pages clean, so that a second one reports success (PostgreSQL's "fsyncgate", 2018). For the same reason a writer
 * never goes on in an old segment. What such a segment holds behind the next one's base is no part of the log.
 */
export function createSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  const { directory, segments, segmentBytes, openFile = open } = options
  let { end } = options
  let file: FileHandle | undefined

  async function begin(): Promise<FileHandle> {
    const last = segments.at(-1)
    // It failed before anything in it was durable, and has the name that is needed now.
    if (last?.base === end) {
      await unlink(last.path)
      segments.pop()
    }
    const segment = segmentAt(directory, end)
    file = await openFile(segment.path, 'wx')
    segments.push(segment)
    await syncDirectory(directory)
    return file
  }

  async function finish(): Promise<void> {
    const finished = file
    file = undefined
    // Its bytes are synced or given up: an error here has nothing left to say.
    await finished?.close().catch(() => undefined)
  }

  async function write(bytes: Buffer): Promise<void> {
    try {
      const current = file ?? (await begin())
      await current.appendFile(bytes)
      await current.datasync()
    } catch (error) {
      await finish()
      throw error
    }
    end += bytes.length
    if (end - (segments.at(-1) as Segment).base >= segmentBytes) await finish()
  }

  return {
    get end() {
      return end
    },
    write,
    close: finish,
  }
}
