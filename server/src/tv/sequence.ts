import type { OnTvFinding, TvFindingCode } from './finding.ts'
import { createInOrder } from './in-order.ts'
import { createPieces, type Piece, type Span } from './pieces.ts'
import { flawOf } from './plausible.ts'

/** An airing as it was read. */
export interface Entry<Item extends Span> {
  /** `toMs` is NaN if it ends with the next one's start. */
  item: Item
  fromMs: number
  line: number
  /** Two entries with the same start and this are the same. */
  identity: string
  /** True: others may run at the same time, in other areas. */
  isPartial?: boolean
}

/** Dependencies of a sequence. */
export interface SequenceOptions {
  feed: string
  nowMs: number
  onFinding: OnTvFinding
  /** True if something is on all the time, so that a gap is worth a note. */
  isUnbroken: boolean
  /** Range of all together; else from the first start to the last end. */
  bounds?: Span
}

/** Airings of one feed: put in order, checked, and cut into pieces. */
export interface Sequence<Item extends Span> {
  /** Adds an entry; returns the pieces that end before it, or the entry alone if it came too late to be in one. */
  add(entry: Entry<Item>): Piece<Item>[]
  end(): Piece<Item>[]
}

const minutes = (ms: number): string => `${Math.round(ms / 6_000) / 10} min`

/** Starts whose identities are remembered: those that are the same stand side by side. */
const isSame = (one: Entry<Span>, other: Entry<Span>): boolean =>
  one.fromMs === other.fromMs && one.identity === other.identity

/** Makes a sequence. */
export function createSequence<Item extends Span>(options: SequenceOptions): Sequence<Item> {
  const { feed, nowMs, onFinding, isUnbroken, bounds } = options
  const order = createInOrder<Entry<Item>>()
  const pieces = createPieces<Item>(bounds)
  /** An entry that waits for the next one's start. */
  let open: Entry<Item> | undefined
  /** Entries with the latest start. */
  let latest: Entry<Item>[] = []
  /** The one that ends last of those before. */
  let longest: Entry<Item> | undefined
  const tell = (code: TvFindingCode, line: number, message: string): void => onFinding({ code, line, feed, message })

  function compare(entry: Entry<Item>): void {
    if (!longest || entry.isPartial || longest.isPartial) return
    const gapMs = entry.fromMs - longest.item.toMs
    if (gapMs < 0) tell('tv_overlap', entry.line, `starts ${minutes(-gapMs)} before that of line ${longest.line} ends`)
    if (gapMs > 0 && isUnbroken) tell('tv_gap', entry.line, `nothing is listed for the ${minutes(gapMs)} before`)
  }

  function isTaken({ item, line }: Entry<Item>): boolean {
    const flaw = flawOf(item, nowMs)
    if (flaw) tell(flaw.code, line, flaw.message)
    return !flaw
  }

  function close(entry: Entry<Item>): Piece<Item>[] {
    if (!isTaken(entry)) return []
    compare(entry)
    if (!longest || entry.item.toMs > longest.item.toMs) longest = entry
    return pieces.add(entry.item)
  }

  function settle(entry: Entry<Item>): Piece<Item>[] {
    if (latest.some((other) => isSame(other, entry))) {
      tell('tv_duplicate', entry.line, 'is there already, and was left out')
      return []
    }
    latest = latest[0]?.fromMs === entry.fromMs ? [...latest, entry] : [entry]
    const parts: Piece<Item>[] = []
    if (open && entry.fromMs > open.fromMs) {
      parts.push(...close({ ...open, item: { ...open.item, toMs: entry.fromMs } }))
      open = undefined
    }
    if (!Number.isNaN(entry.item.toMs)) return [...parts, ...close(entry)]
    if (open) tell('xmltv_no_end', open.line, 'has no end, and starts with the next one')
    open = entry
    return parts
  }

  function addLate(entry: Entry<Item>): Piece<Item>[] {
    if (Number.isNaN(entry.item.toMs)) {
      tell('xmltv_no_end', entry.line, 'has no end, and is far from its place')
      return []
    }
    if (!isTaken(entry)) return []
    tell('tv_order', entry.line, 'is far from its place: it was added without a look at what stands beside it')
    return [{ items: [entry.item] }]
  }

  return {
    add(entry) {
      const { items, isLate } = order.add(entry)
      return isLate ? addLate(entry) : items.flatMap(settle)
    },
    end() {
      const parts = order.rest().flatMap(settle)
      if (open) tell('xmltv_no_end', open.line, 'has no end, and nothing follows: it was left out')
      open = undefined
      return [...parts, ...pieces.end()]
    },
  }
}
