import { stat } from 'node:fs/promises'
import type { LogEntry } from '../log.ts'
import { listSegments } from './segment-files.ts'
import { readSegment } from './segment-reader.ts'

/** A file of a log, as others than its owner see it. */
export interface LogFile {
  /** Offset at which it begins. */
  base: number
  /** Time of the last write, in ms since 1970. */
  writtenMs: number
  /** Entries of it up to an offset. */
  read(limit: number): AsyncIterable<LogEntry>
}

/** The files of a log, oldest first; those that are removed meanwhile are left out. */
export async function listLogFiles(directory: string): Promise<LogFile[]> {
  const files = await Promise.all(
    (await listSegments(directory)).map(async (segment) => {
      const times = await stat(segment.path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
      if (!times) return []
      const { base } = segment
      return [{ base, writtenMs: times.mtimeMs, read: (limit: number) => readSegment(segment, base, limit) }]
    }),
  )
  return files.flat()
}
