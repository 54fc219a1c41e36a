import { stat } from 'node:fs/promises'
import type { LogEntry } from '../log.ts'
import { listSegments, type Segment } from './segment-files.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { readSegment } from './segment-reader.ts'

/** Reads the files of a log beside the process that writes them: it opens them for reading alone, locks nothing, and holds nobody up. */
export interface LogTail {
  /**
   * Entries that have come since the last call, up to where the files end now. A record that is half written comes with a later
   * call. Those that come last may not be on disk for good yet.
   */
  read(): AsyncGenerator<LogEntry>
}

/** Place at which a tail begins, and who hears of damage. */
export interface LogTailOptions {
  directory: string
  /** Offset of the first entry: where a file begins. */
  from: number
  /** Called with each stretch in which nothing could be read. */
  onGap(from: number, to: number): void
}

/** Offset behind the bytes that a file has now; undefined if somebody has removed it. */
async function endOf({ base, path, isOld }: Segment): Promise<number | undefined> {
  try {
    const { size } = await stat(path)
    return base + Math.max(0, size - (isOld ? 0 : SEGMENT_HEADER_BYTES))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Entries of a file that its log's owner may remove meanwhile. */
async function* entriesOf(segment: Segment, offset: number, limit: number): AsyncGenerator<LogEntry> {
  if (offset === limit) return
  try {
    yield* readSegment(segment, offset, limit)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Begins to follow a log. */
export function openLogTail({ directory, from, onGap }: LogTailOptions): LogTail {
  let position = from
  let base = from

  function goTo(offset: number): void {
    if (offset > position) onGap(position, offset)
    position = offset
  }

  return {
    async *read() {
      const segments = await listSegments(directory)
      for (const [index, segment] of segments.entries()) {
        const next = segments[index + 1]
        if (segment.base < base) continue
        // Also back: what a failed write left behind the next file's beginning is no part of the log.
        if (segment.base > base) goTo(segment.base)
        base = segment.base
        const limit = next?.base ?? (await endOf(segment))
        if (limit === undefined) return
        // Its owner cuts what it finds torn when it starts.
        position = Math.min(position, limit)
        for await (const entry of entriesOf(segment, position, limit)) {
          goTo(entry.offset)
          position = entry.nextOffset
          yield entry
        }
      }
    },
  }
}
