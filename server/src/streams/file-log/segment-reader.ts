import { type FileHandle, open } from 'node:fs/promises'
import type { LogEntry } from '../log.ts'
import { createFileWindow } from './file-window.ts'
import { type Found, readFrames } from './new-frames.ts'
import { readOldFrames } from './old-frames.ts'
import type { Segment } from './segment-files.ts'
import { readSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts'

/** The frames of a segment, those that are damaged included, whose header is sound. */
async function* framesOf(
  file: FileHandle,
  { base, isOld }: Segment,
  offset: number,
  limit: number,
): AsyncGenerator<Found> {
  const end = limit - base + (isOld ? 0 : SEGMENT_HEADER_BYTES)
  const window = createFileWindow(file, end)
  if (isOld) return yield* readOldFrames(window, end, true)
  const header = readSegmentHeader(await window.read(0, SEGMENT_HEADER_BYTES), base)
  // Without its marker nothing in it can be told from what visitors have written.
  if (header)
    yield* readFrames(window, {
      marker: header.marker,
      from: SEGMENT_HEADER_BYTES + offset - base,
      end,
      maySearch: true,
    })
}

/** The entries of one segment from `offset` up to `limit`; what is damaged between them is left out. */
export async function* readSegment(segment: Segment, offset: number, limit: number): AsyncGenerator<LogEntry> {
  const { base, path, isOld } = segment
  const headerBytes = isOld ? 0 : SEGMENT_HEADER_BYTES
  const file = await open(path, 'r')
  try {
    for await (const { position, sizeBytes, record } of framesOf(file, segment, offset, limit)) {
      const entryOffset = base + position - headerBytes
      if (record && entryOffset >= offset) yield { offset: entryOffset, nextOffset: entryOffset + sizeBytes, ...record }
    }
  } finally {
    await file.close()
  }
}
