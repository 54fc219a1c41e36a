import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Pieces of torn logs that are kept, and their bytes: a machine that goes down again and again leaves one each time. */
const MAX_PIECES = 16
const MAX_BYTES = 67_108_864

/** Names that `recover` gives to what it cuts from a file of the log. */
const PIECE = /^\d{20}\.(log|seg)\.cut-\d+/

/**
 * Removes what is kept of torn logs beyond the newest 16 pieces or 64 MiB, and what is older than the log may be: visitors' events
 * are in it. The newest piece stays whatever its size.
 */
export async function boundPieces(directory: string, olderThanMs = -Infinity): Promise<void> {
  const names = (await readdir(directory)).filter((name) => PIECE.test(name))
  const pieces = await Promise.all(
    names.map(async (name) => ({ path: join(directory, name), ...(await stat(join(directory, name))) })),
  )
  pieces.sort((one, other) => other.mtimeMs - one.mtimeMs)
  let bytes = 0
  for (const [index, { path, size, mtimeMs }] of pieces.entries()) {
    bytes += size
    const isBeyond = index >= MAX_PIECES || (index > 0 && bytes > MAX_BYTES)
    if (isBeyond || mtimeMs < olderThanMs) await rm(path, { force: true })
  }
}
