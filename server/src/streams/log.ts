/** A record to append. The log keeps its fields beside the payload, where nothing in a payload can reach. */
export interface LogRecord {
  /** Kind of the payload; 1 to 255. */
  kind: number
  /** Number of events in the payload. */
  events: number
  /** By which key it came in; 0 for none. */
  keyId: number
  /** The bytes that are kept. */
  payload: Uint8Array
}

/** The kind of every record of a log of the first format, which kept its kind in the payload. */
export const UNTOLD_KIND = 0

/** One entry of the log. */
export interface LogEntry extends LogRecord {
  /** Offset at which the entry begins. */
  offset: number
  /** Offset of the next entry; a consumer that is done with this one goes on there. */
  nextOffset: number
  /**
   * True for an entry of the first format that was found behind damage: it may be part of another one's payload, which
   * a visitor has written.
   */
  isDoubtful?: true
}

/** Failure of the log to take entries; see the cause. Nothing of the rejected append counts as written. */
export class LogError extends Error {
  override readonly name = 'LogError'
}

/** Called with the damaged part of the log; the log goes on. */
export type OnDamage = (damage: string) => void

/** Bounds of what the log keeps. */
export interface LogBounds {
  /** Offset at which the consumers go on: nothing behind it is removed. */
  upTo: number
  /** Age limit: entries appended before it are removed, in ms since 1970. */
  olderThanMs: number
  /** So much is kept at most, and a little more: only whole files are removed. */
  maxBytes: number
}

/** An ordered, durable, append-only list of records. Offsets grow from entry to entry, but are no counts. */
export interface EventLog {
  /**
   * Appends in order; resolves, with the offset of the first, once all of them are on disk.
   * @throws LogError when they are not.
   */
  append(records: readonly LogRecord[]): Promise<number>
  /**
   * Entries from `offset` to the end as it is when they run out. An entry whose offset is greater than the
   * `nextOffset` before it says that what lay between is damaged.
   */
  read(offset: number): AsyncIterable<LogEntry>
  /** Behind the last durable entry. */
  readonly end: number
  /** Offset at which the log begins, if its first entries were removed in order. Absent: at 0. */
  readonly begin?: number
  /** Removes from its beginning what is beyond the bounds. Absent in a log that somebody else trims. */
  trim?(bounds: LogBounds): Promise<void>
  /** Calls `listener` after each append. */
  onAppend(listener: () => void): () => void
  /** Waits for appends under way; later ones are rejected. */
  close(): Promise<void>
}
