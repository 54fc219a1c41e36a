/**
 * Up to where in the log a profile is folded. A store that cannot write profiles and offset in one transaction keeps it in
 * each row; then an entry is folded once however often it is read.
 */
export interface Position {
  /**
   * Number of the log: a new one, or one with other partitions, has the next number, and its offsets say nothing of
   * older ones.
   */
  epoch: number
  /** Behind the last entry folded. */
  offset: number
  /** The row's time of writing, in µs: of two writes of one row the one with the greater wins, whenever it arrives. */
  writtenUs: number
}

/**
 * Step that the first write under a new epoch adds, in µs. A writer of the epoch before that was stopped in the middle
 * of its work writes at most some hundred steps of 1 µs past what it had read.
 */
const EPOCH_STEP_US = 1_000_000

/** True when the entry that ends at `nextOffset` is in the profile already. */
export function isFolded(position: Position | undefined, epoch: number, nextOffset: number): boolean {
  return position !== undefined && position.epoch === epoch && position.offset >= nextOffset
}

/**
 * The position after one more entry. It depends on the log alone: two writers of one log write the same bytes at the same
 * time, however they cut it into commits; and it only grows, though a clock may have been an hour ahead.
 * @param appendedMs when the entry was taken into the log, in ms since 1970.
 */
export function advance(
  position: Position | undefined,
  entry: { epoch: number; nextOffset: number; appendedMs: number },
): Position {
  const { epoch, nextOffset: offset, appendedMs } = entry
  const step = position === undefined || position.epoch === epoch ? 1 : EPOCH_STEP_US
  const writtenUs = Math.max((position?.writtenUs ?? 0) + step, appendedMs * 1_000)
  return { epoch, offset, writtenUs }
}
