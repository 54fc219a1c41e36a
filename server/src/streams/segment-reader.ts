import { type FileHandle, open } from 'node:fs/promises'
import { findFrames, MAX_FRAME_BYTES } from './frame.ts'
import type { LogEntry } from './log.ts'
import type { Segment } from './segment-files.ts'

/** Bytes read at once: a frame that begins before the last {@link MAX_FRAME_BYTES} of them is whole. */
const CHUNK_BYTES = 4 * MAX_FRAME_BYTES

async function readChunk(file: FileHandle, position: number, sizeBytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(sizeBytes), 0, sizeBytes, position)
  return buffer.subarray(0, bytesRead)
}

/** The entries of one segment from `offset` up to `limit`; what is damaged between them is left out. */
export async function* readSegment(segment: Segment, offset: number, limit: number): AsyncGenerator<LogEntry> {
  const file = await open(segment.path, 'r')
  try {
    while (offset < limit) {
      const chunk = await readChunk(file, offset - segment.base, Math.min(CHUNK_BYTES, limit - offset))
      // The file is shorter than the log says: it has lost its end.
      if (chunk.length === 0) return
      let done = chunk.length < CHUNK_BYTES ? chunk.length : CHUNK_BYTES - MAX_FRAME_BYTES
      for (const { position, payload, sizeBytes } of findFrames(chunk, done)) {
        const nextOffset = offset + position + sizeBytes
        yield { offset: offset + position, nextOffset, payload }
        done = Math.max(done, position + sizeBytes)
      }
      offset += done
    }
  } finally {
    await file.close()
  }
}
