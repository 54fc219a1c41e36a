import type { EventLog, LogEntry } from '../streams/log.ts'

/** Entries folded in one store transaction, which holds up decisions: 2 ms for as many profiles (LMDB). */
const CHUNK_ENTRIES = 128

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
): AsyncGenerator<Chunk> {
  const { end } = log
  let entries: LogEntry[] = []
  let nextOffset = offset
  let yielded = offset
  for await (const entry of log.read(offset)) {
    if (entry.offset > nextOffset) onHole(nextOffset, entry.offset)
    nextOffset = entry.nextOffset
    entries.push(entry)
    if (entries.length < CHUNK_ENTRIES) continue
    yield { entries, nextOffset }
    yielded = nextOffset
    entries = []
  }
  if (nextOffset < end) onHole(nextOffset, end)
  if (yielded < Math.max(nextOffset, end)) yield { entries, nextOffset: Math.max(nextOffset, end) }
}
