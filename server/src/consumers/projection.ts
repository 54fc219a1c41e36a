import type { StoredRecord } from '../ingest/record.ts'
import type { Pause } from './time-slice.ts'

/** A record of the log, and its place there. */
export interface PlacedRecord {
  record: StoredRecord
  offset: number
  /** Offset at which the next one begins. */
  nextOffset: number
}

/** Offset at which a projection goes on in the log. */
export interface Resumption {
  /** The first record that it needs. */
  from: number
  /** Up to where it has applied the log; after `from` where it has to apply some again. */
  appliedTo: number
}

/** Something that is made from the log, record by record, in order. */
export interface Projection {
  /** Stands in messages, as a plural: `profiles`. */
  readonly name: string
  /** Kinds of entries that it is made of, as the log numbers them: it is given no others. Absent: all. */
  readonly onlyKinds?: readonly number[]
  /** True: the service is not ready before it has caught up, and takes no events in while it is far behind. */
  readonly holdsUp: boolean
  /** Resolves when its store can be asked. Default: at once. */
  opened?(): Promise<unknown>
  /**
   * Asks where to go on; also asked by who trims the log.
   * @throws FencedError when the log is not the one that it was made from.
   */
  resume(): Promise<Resumption>
  /**
   * Applies records, and keeps that the log is applied up to `nextOffset`. What it rejects with is tried again; records that
   * can never be applied it passes over itself. The records are shared with other projections: it changes none. Between two
   * steps of long work it waits for `pause`.
   * @throws FencedError when it must never go on.
   */
  apply(records: readonly PlacedRecord[], nextOffset: number, pause: Pause): Promise<void>
  /** Calls `listener` when what was applied last may be lost: it resumes then. */
  onLoss?(listener: () => void): void
}

/** The log is not the truth any more: a later one, or more of it, has been applied already. */
export class FencedError extends Error {
  override readonly name = 'FencedError'
}
