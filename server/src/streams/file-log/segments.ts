import { mkdir } from 'node:fs/promises'
import type { WallClock } from '../../clock.ts'
import { createTurns } from '../in-turn.ts'
import { type EventLog, type LogEntry, LogError, type LogRecord, type OnDamage } from '../log.ts'
import { boundPieces } from './cut-pieces.ts'
import { createGroupCommit } from './group-commit.ts'
import { recoverSegments } from './recover.ts'
import type { OpenFile } from './segment-files.ts'
import { readEntries } from './segment-reader.ts'
import { createSegmentWriter } from './segment-writer.ts'
import { readBegin, trimSegments } from './trim-segments.ts'

/** Length at which the next segment is begun, in bytes. */
const SEGMENT_BYTES = 67_108_864

/** Age at which it is begun: whole files are removed, so that what is in one is kept for so much longer than it has to be. */
const SEGMENT_MS = 86_400_000

/** Directory of the log, and what tests replace. */
export interface SegmentsOptions {
  /** The log's own directory; made when it is missing. */
  directory: string
  /** Offsets already given to a consumer: the log goes on behind them even if its own files end earlier. Default 0. */
  minEnd?: number
  /** Length at which the next segment is begun, in bytes. Default 64 MiB. */
  segmentBytes?: number
  /** Default `Date.now`. */
  now?: WallClock | undefined
  /** Called at opening with the damage at the log's end. */
  onDamage?: OnDamage
  /** Returns the records with which a file begins when its first record is written. Default: none. */
  snapshot?: () => readonly LogRecord[]
  /** Opens a segment for writing. Default `fs.open`. */
  openFile?: OpenFile
}

/** The embedded log: append-only files of frames; an offset is a byte's place in all of them, their headers left out. */
export async function openSegments(options: SegmentsOptions): Promise<EventLog> {
  const {
    directory,
    minEnd = 0,
    segmentBytes = SEGMENT_BYTES,
    now = Date.now,
    onDamage = () => undefined,
    snapshot = () => [],
    openFile,
  } = options
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const { segments, end, nextNumber } = await recoverSegments(directory, onDamage)
  await boundPieces(directory)
  const place = { directory, segments, end: Math.max(end, minEnd), nextNumber }
  const writer = createSegmentWriter({ ...place, segmentBytes, segmentMs: SEGMENT_MS, now, snapshot, openFile })
  const listeners = new Set<() => void>()
  // A file is never begun while another one is written.
  const inTurn = createTurns()
  const commits = createGroupCommit((records) =>
    inTurn(async () => {
      const offset = await writer.write(records)
      for (const listener of listeners) listener()
      return offset
    }),
  )
  let isClosed = false
  let begin = await readBegin(directory)

  async function* entriesFrom(offset: number): AsyncGenerator<LogEntry[]> {
    while (offset < writer.end) {
      const index = segments.findLastIndex(({ base }) => base <= offset)
      const limit = segments[index + 1]?.base ?? writer.end
      const segment = segments[index]
      if (segment) yield* readEntries(segment, offset, limit)
      offset = limit
    }
  }

  return {
    get end() {
      return writer.end
    },
    get begin() {
      return begin
    },
    async trim(bounds) {
      const rotate = (): Promise<void> => inTurn(async () => (isClosed ? undefined : writer.rotate()))
      await trimSegments(
        { directory, segments, end: writer.end, rotate, onBegin: (offset) => (begin = offset) },
        bounds,
      )
      await boundPieces(directory, bounds.olderThanMs)
    },
    async append(records) {
      if (isClosed) throw new LogError(`the log in ${directory} is closed`)
      try {
        return await commits.append(records)
      } catch (cause) {
        throw new LogError(`the log in ${directory} cannot be written: free or repair its disk`, { cause })
      }
    },
    async *read(offset) {
      // Not by `yield*` from one to the next, which waits for each entry once more.
      for await (const entries of entriesFrom(offset)) for (const entry of entries) yield entry
    },
    onAppend(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      isClosed = true
      await commits.idle()
      await inTurn(writer.close)
    },
  }
}
