import { type FileHandle, open } from 'node:fs/promises'
import type { LogEntry } from '../log.ts'
import { createFileWindow } from './file-window.ts'
import { type Found, readFrames } from './new-frames.ts'
import { readOldFrames } from './old-frames.ts'
import type { Segment } from './segment-files.ts'
import { readSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts'

/** The frames of a segment, those that are damaged included, whose header is sound. */
async function framesOf(
  file: FileHandle,
  { base, isOld }: Segment,
  offset: number,
  limit: number,
): Promise<AsyncIterable<Found[]> | Iterable<Found[]>> {
  const end = limit - base + (isOld ? 0 : SEGMENT_HEADER_BYTES)
  const window = createFileWindow(file, end)
  if (isOld) return readOldFrames(window, end, true)
  // By itself: a window that begins here takes in up to 4 MiB of what was read long ago, each time that an event is appended.
  const header = readSegmentHeader(
    await createFileWindow(file, SEGMENT_HEADER_BYTES).read(0, SEGMENT_HEADER_BYTES),
    base,
  )
  // Without its marker nothing in it can be told from what visitors have written.
  if (!header) return []
  const from = SEGMENT_HEADER_BYTES + offset - base
  return readFrames(window, { marker: header.marker, from, end, maySearch: true })
}

/** The entries of one segment from `offset` up to `limit`, some at a time; what is damaged between them is left out. */
export async function* readEntries(segment: Segment, offset: number, limit: number): AsyncGenerator<LogEntry[]> {
  const { base, path, isOld } = segment
  const headerBytes = isOld ? 0 : SEGMENT_HEADER_BYTES
  const file = await open(path, 'r')
  try {
    for await (const found of await framesOf(file, segment, offset, limit)) {
      yield found.flatMap(({ position, sizeBytes, record }) => {
        const entryOffset = base + position - headerBytes
        return record && entryOffset >= offset
          ? [{ offset: entryOffset, nextOffset: entryOffset + sizeBytes, ...record }]
          : []
      })
    }
  } finally {
    await file.close()
  }
}

/** The entries of one segment as {@link readEntries} has them, one by one. */
export async function* readSegment(segment: Segment, offset: number, limit: number): AsyncGenerator<LogEntry> {
  for await (const entries of readEntries(segment, offset, limit)) for (const entry of entries) yield entry
}
