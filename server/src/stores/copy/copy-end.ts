import type { Definitions } from '../../profiles/features/definitions.ts'
import type { Position } from '../position.ts'

/** One profile as it is stored, with what another store has to know of it. */
export interface CopiedRow {
  site: string
  visitorId: string
  /** Empty for a profile that was erased. */
  bytes: Buffer
  position: Position
  /** Time that it still has to live, in seconds. */
  ttlS: number
}

/** Up to where a log is folded into the profiles of a store. */
export interface CopiedLog {
  /** The log's id. */
  log: string
  epoch: number
  offset: number
}

/** Some rows of a store, in its own order. */
export interface Piece {
  rows: CopiedRow[]
  /** Place in the store where reading goes on behind them. */
  place: string
  /** Share of the store that is read by then, 0 to 1. */
  share: number
}

/** A store as copying sees it: where rows come from, or where they go to. */
export interface CopyEnd {
  /** The rows behind a place, or all of them. */
  read(place?: string): AsyncIterable<Piece>
  /** Resolves when they are kept. Written again they are the same. */
  write(rows: readonly CopiedRow[]): Promise<void>
  logs(): Promise<CopiedLog[]>
  /** Makes folding go on where it was. */
  setLogs(logs: readonly CopiedLog[]): Promise<void>
  /** Definitions of features that are in force. */
  definitions(): Promise<Definitions>
  setDefinitions(definitions: Definitions): Promise<void>
  /** False where rows do not say up to where they are folded: then all of them must be where their log's progress says. */
  readonly hasPositions: boolean
  /** Way to empty it, for a message. */
  readonly remedy: string
  close(): Promise<void>
}

/** The copy cannot be made, or not be finished; the message says what to do. */
export class CopyError extends Error {
  override readonly name = 'CopyError'
}
