import type { FileHandle } from 'node:fs/promises'

/** Bytes read at once. */
const CHUNK_BYTES = 4_194_304

/** A file that is read from its beginning to its end, in large pieces. */
export interface FileWindow {
  /** The bytes there, fewer only where the file ends; no promise when they are at hand. */
  read(position: number, sizeBytes: number): Buffer | Promise<Buffer>
}

/** Makes a window over the file up to `end`. */
export function createFileWindow(file: FileHandle, end: number): FileWindow {
  let start = 0
  let bytes = Buffer.alloc(0)

  async function move(position: number, sizeBytes: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(Math.max(CHUNK_BYTES, sizeBytes), end - position))
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, position)
    start = position
    bytes = buffer.subarray(0, bytesRead)
    return bytes.subarray(0, sizeBytes)
  }

  return {
    read(position, sizeBytes) {
      const at = position - start
      const isThere = at >= 0 && Math.min(at + sizeBytes, end - start) <= bytes.length
      return isThere ? bytes.subarray(at, Math.min(at + sizeBytes, bytes.length)) : move(position, sizeBytes)
    },
  }
}
