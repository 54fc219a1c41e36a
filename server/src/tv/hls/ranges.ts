import type { Statement } from 'prepaint/engine'
import type { CueReader } from '../scte35/cues.ts'
import type { TellOnce } from '../tell-once.ts'
import { dateOf, secondsOf } from './attributes.ts'
import type { Mark } from './read-playlist.ts'

/** A mark of a range. */
export type RangeMark = Extract<Mark, { kind: 'range' }>

/** Distance of a range's date from its place in the playlist, in ms, that somebody should look at. */
const MAX_DISTANCE_MS = 3_600_000

/** Ranges whose start is remembered. */
const MAX_RANGES = 1_000

/** Dependencies of reading ranges. */
export interface RangeOptions {
  feed: string
  cues: CueReader
  tellOnce: TellOnce
  /** Reads a message; of breaks only if nothing else tells of them. */
  takeMessage(text: string, atMs: number, line: number, isBreakKnown: boolean): Statement[]
}

/** Reads the date ranges of a feed's playlist (RFC 8216, 4.3.2.7). */
export interface RangeReader {
  /** The start of a range: its own date, else that of an earlier mark of it, else its place. */
  startOf(mark: RangeMark, placeMs: number): number
  /** Takes a mark of a range that starts at `fromMs`. */
  take(mark: RangeMark, fromMs: number, placeMs: number): Statement[]
}

/** Makes what reads ranges. */
export function createRangeReader({ feed, cues, tellOnce, takeMessage }: RangeOptions): RangeReader {
  /** Starts of ranges, which only the first mark of each has to say. */
  const starts = new Map<string, number>()
  const opened = new Set<string>()

  return {
    startOf({ id, attributes, line }, placeMs) {
      const said = dateOf(attributes.get('START-DATE'))
      const known = starts.get(id)
      if (said === undefined) return known ?? placeMs
      if (Math.abs(said - placeMs) > MAX_DISTANCE_MS && known === undefined)
        tellOnce('hls_date', feed, line, 'has a START-DATE far from its place in the playlist: the date is taken')
      if (starts.size >= MAX_RANGES) starts.clear()
      starts.set(id, said)
      return said
    },
    take({ id, attributes, line }, fromMs, placeMs) {
      const out = attributes.get('SCTE35-OUT')
      const command = attributes.get('SCTE35-CMD')
      const lengthMs = secondsOf(attributes.get('DURATION'))
      const plannedMs = secondsOf(attributes.get('PLANNED-DURATION'))
      const endMs = dateOf(attributes.get('END-DATE')) ?? (lengthMs === undefined ? undefined : fromMs + lengthMs)
      if (out !== undefined && !opened.has(id)) {
        if (opened.size >= MAX_RANGES) opened.clear()
        opened.add(id)
        const durationMs = endMs === undefined ? plannedMs : endMs - fromMs
        return [...cues.open(`range ${id}`, fromMs, durationMs), ...takeMessage(out, fromMs, line, true)]
      }
      const isEnd = attributes.has('SCTE35-IN') || (opened.has(id) && endMs !== undefined)
      return [
        ...(isEnd ? cues.close(`range ${id}`, Math.round(endMs ?? placeMs)) : []),
        ...(command === undefined ? [] : takeMessage(command, fromMs, line, false)),
      ]
    },
  }
}
