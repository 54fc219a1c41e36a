import { crc32 } from 'node:zlib'
import type { LogEntry } from '../log.ts'
import type { FileWindow } from './file-window.ts'
import { HEADER_BYTES, MARKER_BYTES, readHeader } from './frame.ts'

/** A frame in a file. */
export interface Found {
  /** Offset in the file at which it begins. */
  position: number
  /** Its length, header included. */
  sizeBytes: number
  /** Undefined when its payload is damaged. */
  record: Omit<LogEntry, 'offset' | 'nextOffset'> | undefined
  /** Of the record among all of the log; undefined where the format has none. */
  number?: number
  /** True when its header had a wrong bit that could be righted. */
  isHealed?: boolean
}

/** Frames handed on at once: each step of an asynchronous iteration costs as much as reading one. */
const FRAMES_AT_ONCE = 64

/** Number of bytes that are searched at once for a marker. */
const SEARCH_BYTES = 65_536

/** The next place that holds the marker. */
export async function findMarker(
  window: FileWindow,
  from: number,
  end: number,
  marker: Buffer,
): Promise<number | undefined> {
  for (let position = from; position < end; position += SEARCH_BYTES) {
    const at = (await window.read(position, SEARCH_BYTES + MARKER_BYTES - 1)).indexOf(marker)
    if (at >= 0) return position + at
  }
  return undefined
}

/** Options for reading frames. */
export interface ReadFramesOptions {
  marker: Buffer
  /** Offset at which the first one is expected. */
  from: number
  /** Behind the last one. */
  end: number
  /** True to go on at the next marker after a damaged header; else reading ends there. */
  maySearch: boolean
}

/** Frames one behind the other, some at a time. One whose payload is damaged costs itself: its header says where the next one begins. */
export async function* readFrames(window: FileWindow, options: ReadFramesOptions): AsyncGenerator<Found[]> {
  const { marker, from, end, maySearch } = options
  let found: Found[] = []
  let position: number | undefined = from
  while (position !== undefined && position < end) {
    const first = window.read(position, HEADER_BYTES)
    const header = readHeader(first instanceof Promise ? await first : first, marker)
    const sizeBytes = HEADER_BYTES + (header?.payloadBytes ?? 0)
    if (!header || position + sizeBytes > end) {
      position = maySearch ? await findMarker(window, position + 1, end, marker) : undefined
      continue
    }
    const { kind, events, keyId, number, payloadCrc, isHealed } = header
    const whole = window.read(position, sizeBytes)
    const payload = (whole instanceof Promise ? await whole : whole).subarray(HEADER_BYTES)
    const isWhole = payload.length === header.payloadBytes && crc32(payload) === payloadCrc
    found.push({
      position,
      sizeBytes,
      number,
      isHealed,
      record: isWhole ? { kind, events, keyId, payload } : undefined,
    })
    position += sizeBytes
    if (found.length < FRAMES_AT_ONCE) continue
    yield found
    found = []
  }
  if (found.length > 0) yield found
}
