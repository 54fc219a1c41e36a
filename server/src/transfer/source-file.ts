import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import type { Place } from './row.ts'

/** Bytes at its start by which a file is recognised. */
const HEAD_BYTES = 65_536

const NEWLINE = 0x0a

/** Format of a file, by its name. */
export interface FileFormat {
  kind: 'ndjson' | 'csv'
  isCompressed: boolean
  /** Of a CSV file; undefined if its first line says it. */
  delimiter?: string
}

/** Returns the format of a file; undefined for a name that says nothing. */
export function formatOf(path: string): FileFormat | undefined {
  const [, extension = '', gz] = /\.(ndjson|jsonl|csv|tsv)(\.gz)?$/i.exec(path) ?? []
  const isCompressed = gz !== undefined
  const kind = /^(nd|js)/i.test(extension) ? 'ndjson' : 'csv'
  if (extension === '') return undefined
  return { kind, isCompressed, ...(/^tsv$/i.test(extension) ? { delimiter: '\t' } : {}) }
}

async function readAt(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start)
  return buffer.subarray(0, bytesRead)
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

/** A file that is read forwards. */
export interface SourceFile {
  sizeBytes: number
  headBytes: number
  head: string
  /** True if what was read up to the place is still there; for a compressed file its start alone is compared. */
  isSame(headBytes: number, head: string, place: Place): Promise<boolean>
  /** Its content behind a place. */
  chunks(from: Place): AsyncGenerator<Buffer>
  /** Bytes of the file itself that have been read so far. */
  readBytes(): number
}

/** Drops what stands before an offset: compressed bytes cannot be entered in the middle. */
async function* behind(stream: AsyncIterable<Buffer>, offset: number): AsyncGenerator<Buffer> {
  let passed = 0
  for await (const chunk of stream) {
    const before = Math.max(0, offset - passed)
    passed += chunk.length
    if (before < chunk.length) yield chunk.subarray(before)
  }
}

/** Opens a file. */
export async function openSource(path: string, isCompressed: boolean): Promise<SourceFile> {
  const handle = await open(path, 'r')
  const readHead = async (length: number): Promise<string> => hashOf(await readAt(handle, 0, length))
  let progress = (): number => 0
  try {
    const { size: sizeBytes } = await handle.stat()
    const headBytes = Math.min(sizeBytes, HEAD_BYTES)
    const head = await readHead(headBytes)
    return {
      sizeBytes,
      headBytes,
      head,
      async isSame(knownBytes, knownHead, { offset }) {
        const again = await open(path, 'r')
        try {
          if (knownBytes > sizeBytes || hashOf(await readAt(again, 0, knownBytes)) !== knownHead) return false
          if (isCompressed || offset === 0 || offset === sizeBytes) return true
          return (await readAt(again, offset - 1, 1))[0] === NEWLINE
        } finally {
          await again.close()
        }
      },
      chunks(from) {
        const start = isCompressed ? 0 : from.offset
        const file = createReadStream(path, { start, highWaterMark: 262_144 })
        progress = () => start + file.bytesRead
        if (!isCompressed) return behind(file, 0)
        const plain = createGunzip()
        file.on('error', (error) => plain.destroy(error))
        return behind(file.pipe(plain), from.offset)
      },
      readBytes: () => progress(),
    }
  } finally {
    await handle.close()
  }
}
