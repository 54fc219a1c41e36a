import { decodeRecord, type StoredRecord, UnknownKindError } from '../ingest/record.ts'
import type { LogEntry } from '../streams/log.ts'
import { orPassOver, type PassOverOptions, tellOnce } from './pass-over.ts'
import type { PlacedRecord } from './projection.ts'

/** Entries whose records are kept for the other projections: as many as two chunks have. */
const MAX_KEPT = 2_048

/**
 * Decodes entries, the newest once for all projections: those that have caught up ask for the same ones shortly after each
 * other. One that is far behind decodes for itself, and what is no record is told again.
 */
export function createDecoder(
  projections: number,
  options: PassOverOptions,
): (entries: readonly LogEntry[]) => PlacedRecord[] {
  const kept = new Map<number, StoredRecord | undefined>()
  const tellKind = tellOnce(options.onProblem)

  /** Skips entries of a later version; they stay in the log, for that version to read. */
  function known(entry: LogEntry): StoredRecord | undefined {
    try {
      return decodeRecord(entry)
    } catch (error) {
      if (!(error instanceof UnknownKindError)) throw error
      tellKind(error.kind, `the log has entries of kind ${error.kind}, which this version does not know: it skips them`)
      return undefined
    }
  }

  function decode(entry: LogEntry): StoredRecord | undefined {
    if (kept.has(entry.offset)) return kept.get(entry.offset)
    const record = orPassOver(entry, options, () => known(entry))
    if (projections === 1) return record
    kept.set(entry.offset, record)
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value as number)
    return record
  }

  return (entries) =>
    entries.flatMap((entry) => {
      const record = decode(entry)
      return record ? [{ record, offset: entry.offset, nextOffset: entry.nextOffset }] : []
    })
}
