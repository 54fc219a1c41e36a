import type { Break, SpotAiring, Statement } from 'prepaint/engine'
import type { OnTvFinding } from '../finding.ts'
import type { Segmentation } from './segmentation.ts'
import type { SpliceInfo, SpliceInsert } from './splice-info.ts'
import { spotIdOf } from './upid.ts'

/** Kinds of segments that are commercials: a provider's and a distributor's (SCTE 35, table 23). */
const SPOT_STARTS = new Set([0x30, 0x32])

/** Kinds that are breaks: break, placement opportunities, blocks of commercials. The end of each is the next number. */
const BREAK_STARTS = new Set([0x22, 0x34, 0x36, 0x44, 0x46])

/** An earlier or later end than was said, in ms, that is not corrected. */
const TOLERANCE_MS = 1_000

/** Longest break or commercial that is taken; an end that comes later is of something else. */
const MAX_LENGTH_MS = 3_600_000

/** Starts whose end has not come yet, of which that many are remembered. */
const MAX_OPEN = 100

/** Start of a break or commercial. */
interface Open {
  kind: 'break' | 'spot'
  spot?: string
  fromMs: number
  /** The end, if it was said. */
  toMs?: number
}

/** Dependencies of reading cues. */
export interface CueOptions {
  feed: string
  onFinding: OnTvFinding
}

/** Turns messages of one feed, in their order, into statements. */
export interface CueReader {
  /** Takes a message that applies at `atMs`; `line` is of the input. */
  take(info: SpliceInfo, atMs: number, line?: number): Statement[]
  /** Takes a mark without a message: a break, of a length that may be known. */
  open(id: string, atMs: number, durationMs?: number): Statement[]
  close(id: string, atMs: number): Statement[]
}

/** Leaves of a message what it says of commercials, where something else tells of breaks. */
export function withoutBreaks(info: SpliceInfo): SpliceInfo {
  const segmentations = info.segmentations.filter(
    ({ typeId, isCancelled }) => isCancelled || SPOT_STARTS.has(typeId) || SPOT_STARTS.has(typeId - 1),
  )
  return { ...info, command: { kind: 'null' }, segmentations }
}

/** Makes what reads the cues of a feed. */
export function createCueReader({ feed, onFinding }: CueOptions): CueReader {
  const opened = new Map<string, Open>()

  /** Adds to what is known. */
  const addition = ({ kind, spot, fromMs }: Open, toMs: number): Statement =>
    kind === 'break'
      ? { feed, source: 'cue', breaks: [{ fromMs, toMs }] }
      : { feed, source: 'cue', spots: [{ spot: spot as string, fromMs, toMs }] }

  /** Says anew what was said of a time, because it ended at another one; at its start if it never was. */
  function correction({ kind, spot, fromMs, toMs }: Open, endMs: number): Statement {
    const range = { fromMs, toMs: Math.max(toMs ?? endMs, endMs) }
    const isOver = endMs <= fromMs
    const breaks: Break[] = isOver ? [] : [{ fromMs, toMs: endMs }]
    if (kind === 'break') return { feed, source: 'cue', range, breaks }
    const airing: SpotAiring = { spot: spot as string, fromMs, toMs: isOver ? (toMs as number) : endMs }
    return { feed, source: 'cue', spots: [isOver ? { ...airing, isCancelled: true } : airing] }
  }

  function begin(id: string, open: Open, line?: number): Statement[] {
    if (opened.has(id)) return []
    if (opened.size >= MAX_OPEN) opened.delete(opened.keys().next().value as string)
    opened.set(id, open)
    if (open.toMs !== undefined) return [addition(open, open.toMs)]
    onFinding({
      ...{ code: 'scte35_no_duration', feed, message: 'begins without a duration: it is told at its end' },
      ...(line === undefined ? {} : { line }),
    })
    return []
  }

  /** Ends what was begun; with `isCancelled` as if it had not been. */
  function finish(id: string, atMs: number, isCancelled = false): Statement[] {
    const open = opened.get(id)
    opened.delete(id)
    if (!open || atMs - open.fromMs > MAX_LENGTH_MS) return []
    const endMs = isCancelled ? open.fromMs : atMs
    if (open.toMs === undefined) return endMs > open.fromMs ? [addition(open, endMs)] : []
    return Math.abs(endMs - open.toMs) <= TOLERANCE_MS ? [] : [correction(open, endMs)]
  }

  const endOf = (atMs: number, durationMs: number | undefined): { toMs?: number } =>
    durationMs === undefined || durationMs <= 0 || durationMs > MAX_LENGTH_MS
      ? {}
      : { toMs: Math.round(atMs + durationMs) }

  function takeInsert(
    { eventId, isCancelled, isOut, durationMs }: SpliceInsert,
    atMs: number,
    line?: number,
  ): Statement[] {
    const id = `insert ${eventId}`
    if (isCancelled || !isOut) return finish(id, atMs, isCancelled)
    return begin(id, { kind: 'break', fromMs: atMs, ...endOf(atMs, durationMs) }, line)
  }

  function takeSegmentation(segmentation: Segmentation, atMs: number, line?: number): Statement[] {
    const { eventId, typeId, isCancelled, durationMs, upids } = segmentation
    // Several segments with one event, such as a break and its first commercial, differ in their kind.
    if (isCancelled)
      return [...opened.keys()]
        .filter((id) => id.startsWith(`segment ${eventId} `))
        .flatMap((id) => finish(id, atMs, true))
    const open = { fromMs: atMs, ...endOf(atMs, durationMs) }
    if (BREAK_STARTS.has(typeId)) return begin(`segment ${eventId} ${typeId}`, { kind: 'break', ...open }, line)
    if (BREAK_STARTS.has(typeId - 1) || SPOT_STARTS.has(typeId - 1))
      return finish(`segment ${eventId} ${typeId - 1}`, atMs)
    const spot = SPOT_STARTS.has(typeId) ? spotIdOf(upids) : undefined
    return spot === undefined ? [] : begin(`segment ${eventId} ${typeId}`, { kind: 'spot', spot, ...open }, line)
  }

  return {
    take({ isCrcValid, isEncrypted, command, segmentations }, atMs, line) {
      const place = line === undefined ? {} : { line }
      if (!isCrcValid)
        onFinding({ code: 'scte35_crc', feed, ...place, message: 'has a wrong checksum: it was left out' })
      else if (isEncrypted)
        onFinding({ code: 'scte35_encrypted', feed, ...place, message: 'is encrypted: it was left out' })
      if (!isCrcValid || isEncrypted) return []
      // Ends before starts: in a block of commercials one message often ends the one before.
      const ordered = [...segmentations].sort((one, other) => (other.typeId & 1) - (one.typeId & 1))
      return [
        ...(command.kind === 'insert' ? takeInsert(command, atMs, line) : []),
        ...ordered.flatMap((segmentation) => takeSegmentation(segmentation, atMs, line)),
      ]
    },
    open: (id, atMs, durationMs) => begin(id, { kind: 'break', fromMs: atMs, ...endOf(atMs, durationMs) }),
    close: (id, atMs) => finish(id, atMs),
  }
}
