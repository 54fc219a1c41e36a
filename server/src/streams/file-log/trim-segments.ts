import { readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../../write-durably.ts'
import type { LogBounds } from '../log.ts'
import { type Segment, syncDirectory } from './segment-files.ts'

/**
 * Reads the offset at which a log was made to begin; 0 for one that was never trimmed: entries that its beginning lacks
 * then were lost.
 */
export async function readBegin(directory: string): Promise<number> {
  const text = await readFile(join(directory, 'begin'), 'utf8').catch(() => '')
  return /^\d{1,16}$/.test(text) ? Number(text) : 0
}

/** Returns true if all of a segment was written before that time. */
async function isOlder({ path }: Segment, olderThanMs: number): Promise<boolean> {
  return (await stat(path)).mtimeMs < olderThanMs
}

async function isDue(first: Segment, end: number, { olderThanMs, maxBytes }: LogBounds): Promise<boolean> {
  return end - first.base > maxBytes || isOlder(first, olderThanMs)
}

/** A log that is trimmed. */
interface TrimmedLog {
  directory: string
  segments: Segment[]
  end: number
  /** Begins another segment, so that the last one can go. */
  rotate(): Promise<void>
  /** Called with the new begin of the log, before it takes effect. */
  onBegin(begin: number): void
}

/**
 * Removes whole segments from the log's beginning, the oldest first, so that a crash leaves a log that only begins earlier. The
 * last one stays, which says where the log goes on; is that too old, another one is begun. Takes them out of `segments`, too.
 */
export async function trimSegments(
  { directory, segments, end, rotate, onBegin }: TrimmedLog,
  bounds: LogBounds,
): Promise<void> {
  const last = segments.at(-1)
  if (last && last.base < end && end <= bounds.upTo && (await isOlder(last, bounds.olderThanMs))) await rotate()
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
