import { stat, unlink } from 'node:fs/promises'
import type { LogBounds } from './log.ts'
import { type Segment, syncDirectory } from './segment-files.ts'

async function isDue(first: Segment, end: number, { olderThanMs, maxBytes }: LogBounds): Promise<boolean> {
  if (end - first.base > maxBytes) return true
  return (await stat(first.path)).mtimeMs < olderThanMs
}

/**
 * Removes whole segments from the log's beginning, the oldest first, so that a crash leaves a log that only begins earlier. The
 * last one is being written, and stays. Takes them out of `segments`, too.
 */
export async function trimSegments(directory: string, segments: Segment[], end: number, bounds: LogBounds): Promise<void> {
  let isTrimmed = false
  for (;;) {
    const [first, second] = segments
    if (!first || !second || second.base > bounds.upTo || !(await isDue(first, end, bounds))) break
    await unlink(first.path)
    segments.shift()
    isTrimmed = true
  }
  if (isTrimmed) await syncDirectory(directory)
}
