import { createHash } from 'node:crypto'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Scripts that tags load, by file name: each name has the SHA-256 of its bytes. */
export type Chunks = ReadonlyMap<string, Buffer>

/** Largest chunk, in bytes; the present ones have 5 to 12 KB. */
export const MAX_CHUNK_BYTES = 131_072

const NAME = /^prepaint-[a-z]{1,16}\.([a-zA-Z0-9]{43})\.js$/

/** Returns the SHA-256 that a chunk's name has in it; undefined for any other name. */
export function digestIn(name: string): string | undefined {
  return NAME.exec(name)?.[1]
}

/** True if the bytes are those that the name promises. */
export function isChunk(name: string, bytes: Uint8Array): boolean {
  return createHash('sha256').update(bytes).digest('base64url') === digestIn(name)
}

/** One file of a chunk's name. */
export interface ChunkFile {
  name: string
  /** Time at which it was last written or marked, in ms since 1970. */
  markedMs: number
  /** Its bytes; undefined if they are not those that its name promises. */
  bytes: Buffer | undefined
}

/** Reads the files of a folder that have a chunk's name. A link is none: what it leads to is not the folder's. */
export async function readChunkFiles(directory: string): Promise<ChunkFile[]> {
  const names = (await readdir(directory)).filter((name) => digestIn(name) !== undefined)
  return Promise.all(
    names.map(async (name): Promise<ChunkFile> => {
      const found = await lstat(join(directory, name))
      const isReadable = found.isFile() && found.size <= MAX_CHUNK_BYTES
      const bytes = isReadable ? await readFile(join(directory, name)) : undefined
      return { name, markedMs: found.mtimeMs, bytes: bytes && isChunk(name, bytes) ? bytes : undefined }
    }),
  )
}

/** Returns those whose bytes are sound. */
export function soundChunks(files: readonly ChunkFile[]): Chunks {
  return new Map(files.flatMap(({ name, bytes }) => (bytes ? [[name, bytes]] : [])))
}
