import { open, readdir, readFile, truncate, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { findFrames } from './frame.ts'
import type { OnDamage } from './log.ts'

/** A file with consecutive frames. */
export interface Segment {
  /** Offset of its first byte in the log; its file is named by it. */
  base: number
  path: string
}

const NAME = /^(\d{20})\.log$/

/** The segment that begins at `base`. */
export function segmentAt(directory: string, base: number): Segment {
  return { base, path: join(directory, `${String(base).padStart(20, '0')}.log`) }
}

/** The segments in a directory, oldest first. */
export async function listSegments(directory: string): Promise<Segment[]> {
  const names = await readdir(directory)
  return names
    .map((name) => NAME.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map((digits) => segmentAt(directory, Number(digits)))
    .sort((a, b) => a.base - b.base)
}

/** Makes creations and deletions in a directory durable: syncing a file does not sync its name (fsync(2), NOTES). */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Length of a segment up to the end of its last sound frame. */
async function soundBytes({ base, path }: Segment, onDamage: OnDamage): Promise<number> {
  const bytes = await readFile(path)
  let end = 0
  for (const { position, sizeBytes } of findFrames(bytes)) {
    if (position > end) onDamage(`the log is damaged from ${base + end} to ${base + position} (${path}): read on behind it`)
    end = position + sizeBytes
  }
  if (end < bytes.length) onDamage(`the log ends torn and is cut from ${base + end} to ${base + bytes.length} (${path})`)
  return end
}

async function syncFile({ path }: Segment): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Cuts the log's last segment behind its last sound frame, and removes it when there is none. What is cut is a write
 * that was under way when the machine went down, or looks like it; damage before a sound frame stays where it is, since
 * an offset is a place in the file. Returns the segments that remain and the log's end.
 */
export async function recoverSegments(
  directory: string,
  onDamage: OnDamage,
): Promise<{ segments: Segment[]; end: number }> {
  const segments = await listSegments(directory)
  const last = segments.at(-1)
  if (!last) return { segments, end: 0 }
  const sizeBytes = await soundBytes(last, onDamage)
  if (sizeBytes === 0) {
    await unlink(last.path)
    await syncDirectory(directory)
    return { segments: segments.slice(0, -1), end: last.base }
  }
  await truncate(last.path, sizeBytes)
  // A killed process may have left frames in the page cache that no sync has reached: before a consumer builds on
  // them they must be as durable as the rest.
  await syncFile(last)
  return { segments, end: last.base + sizeBytes }
}
