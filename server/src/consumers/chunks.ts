import { isAboutVisitor } from '../ingest/record.ts'
import type { EventLog, LogEntry } from '../streams/log.ts'
import type { PlacedRecord } from './projection.ts'
import type { Pause } from './time-slice.ts'

/** Entries, and bytes of them, that are read at once. */
const CHUNK_ENTRIES = 1_024
const CHUNK_BYTES = 1_048_576

/** Entries between two pauses, while they are read and decoded: a quarter of a slice. */
export const ENTRIES_A_PAUSE = 64

/** Profiles written in one store transaction, which holds up decisions: 2 ms for as many (LMDB). */
const PIECE_PROFILES = 128

/** Consecutive entries, and where the log goes on behind them. */
export interface Chunk {
  entries: LogEntry[]
  nextOffset: number
}

/**
 * The log from `offset` to the end that it has now, in pieces; nothing when it ends there. `onHole` is told of each stretch
 * in which nothing could be read.
 */
export async function* readChunks(
  log: EventLog,
  offset: number,
  onHole: (from: number, to: number) => void,
  pause: Pause,
): AsyncGenerator<Chunk> {
  const { end } = log
  let entries: LogEntry[] = []
  let nextOffset = offset
  let yielded = offset
  let bytes = 0
  for await (const entry of log.read(offset)) {
    if (entry.offset > nextOffset) onHole(nextOffset, entry.offset)
    nextOffset = entry.nextOffset
    entries.push(entry)
    bytes += entry.payload.length
    if (entries.length % ENTRIES_A_PAUSE === 0) await pause()
    if (entries.length < CHUNK_ENTRIES && bytes < CHUNK_BYTES) continue
    yield { entries, nextOffset }
    yielded = nextOffset
    entries = []
    bytes = 0
  }
  if (nextOffset < end) onHole(nextOffset, end)
  if (yielded < Math.max(nextOffset, end)) yield { entries, nextOffset: Math.max(nextOffset, end) }
}

/** Some records of a chunk, and where the log goes on behind them. */
export interface Piece {
  records: PlacedRecord[]
  nextOffset: number
}

/** Cuts a chunk into pieces of so few profiles that none holds anybody up. What one visitor does at once is one write, as a rule. */
export function piecesOf(records: readonly PlacedRecord[], nextOffset: number): Piece[] {
  const pieces: PlacedRecord[][] = [[]]
  let profiles = new Set<string>()
  for (const placed of records) {
    const { record } = placed
    const key = isAboutVisitor(record) ? `${record.site} ${record.visitorId}` : record.site
    if (profiles.size === PIECE_PROFILES && !profiles.has(key)) {
      pieces.push([])
      profiles = new Set()
    }
    profiles.add(key)
    pieces.at(-1)?.push(placed)
  }
  return pieces.map((piece, index) => ({
    records: piece,
    nextOffset: index === pieces.length - 1 ? nextOffset : (piece.at(-1)?.nextOffset ?? nextOffset),
  }))
}
