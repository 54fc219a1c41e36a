import { readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../write-durably.ts'
import type { LogBounds } from './log.ts'
import { type Segment, syncDirectory } from './segment-files.ts'

/** Where a log was made to begin; 0 for one that was never trimmed: what its beginning lacks then was lost. */
export async function readBegin(directory: string): Promise<number> {
  const text = await readFile(join(directory, 'begin'), 'utf8').catch(() => '')
  return /^\d{1,16}$/.test(text) ? Number(text) : 0
}

async function isDue(first: Segment, end: number, { olderThanMs, maxBytes }: LogBounds): Promise<boolean> {
  if (end - first.base > maxBytes) return true
  return (await stat(first.path)).mtimeMs < olderThanMs
}

/**
 * Removes whole segments from the log's beginning, the oldest first, so that a crash leaves a log that only begins earlier. The
 * last one is being written, and stays. Takes them out of `segments`, too. `onBegin` is told where it begins, before it does.
 */
export async function trimSegments(
  { directory, segments, end, onBegin }: { directory: string; segments: Segment[]; end: number; onBegin(begin: number): void },
  bounds: LogBounds,
): Promise<void> {
  let isTrimmed = false
  for (;;) {
    const [first, second] = segments
    if (!first || !second || second.base > bounds.upTo || !(await isDue(first, end, bounds))) break
    await writeDurably(join(directory, 'begin'), `${second.base}`)
    onBegin(second.base)
    await unlink(first.path)
    segments.shift()
    isTrimmed = true
  }
  if (isTrimmed) await syncDirectory(directory)
}
