import { crc32 } from 'node:zlib'
import { UNTOLD_KIND } from '../log.ts'
import type { FileWindow } from './file-window.ts'
import { MAX_PAYLOAD_BYTES } from './frame.ts'
import type { Found } from './new-frames.ts'

/** Bytes before each payload of the first format: its length and its CRC-32, both unsigned 32-bit little endian. */
const OLD_HEADER_BYTES = 8

/** Bytes looked through at once for the next frame. */
const SEARCH_BYTES = 65_536

/** Bytes whose CRC is made in one search: lengths that a visitor has written may each ask for a whole frame's. */
const MAX_TRIED_BYTES = 268_435_456

interface OldFrame {
  payload: Buffer
  sizeBytes: number
}

/** The bounds that the header there gives its frame. */
async function sizeAt(window: FileWindow, position: number, end: number): Promise<number | undefined> {
  const header = await window.read(position, OLD_HEADER_BYTES)
  if (header.length < OLD_HEADER_BYTES) return undefined
  const payloadBytes = header.readUInt32LE(0)
  const sizeBytes = OLD_HEADER_BYTES + payloadBytes
  return payloadBytes === 0 || payloadBytes > MAX_PAYLOAD_BYTES || position + sizeBytes > end ? undefined : sizeBytes
}

async function frameAt(window: FileWindow, position: number, end: number): Promise<OldFrame | undefined> {
  const sizeBytes = await sizeAt(window, position, end)
  if (sizeBytes === undefined) return undefined
  const bytes = await window.read(position, sizeBytes)
  if (bytes.length < sizeBytes) return undefined
  const payload = bytes.subarray(OLD_HEADER_BYTES)
  return crc32(payload) === bytes.readUInt32LE(4) ? { payload, sizeBytes } : undefined
}

/** The next place at which a sound frame begins, byte by byte. */
async function search(window: FileWindow, from: number, end: number): Promise<number | undefined> {
  let triedBytes = 0
  for (let start = from; start < end; start += SEARCH_BYTES) {
    const bytes = Buffer.from(await window.read(start, SEARCH_BYTES + OLD_HEADER_BYTES))
    for (let at = 0; at < Math.min(SEARCH_BYTES, bytes.length - OLD_HEADER_BYTES); at++) {
      const payloadBytes = bytes.readUInt32LE(at)
      if (payloadBytes === 0 || payloadBytes > MAX_PAYLOAD_BYTES) continue
      if (await frameAt(window, start + at, end)) return start + at
      triedBytes += payloadBytes
      if (triedBytes > MAX_TRIED_BYTES) return undefined
    }
  }
  return undefined
}

/**
 * Finds the offset at which reading goes on behind damage. First the one at which the damaged header says that its
 * frame ends: then nothing is looked for inside of a payload, where visitors write. Only if that fails, and it may,
 * byte by byte.
 */
async function nextPosition(
  window: FileWindow,
  position: number,
  end: number,
  maySearch: boolean,
): Promise<number | undefined> {
  const sizeBytes = await sizeAt(window, position, end)
  const behind = sizeBytes === undefined ? end : position + sizeBytes
  if (behind < end && (await frameAt(window, behind, end))) return behind
  return maySearch ? search(window, position + 1, end) : undefined
}

/**
 * The frames of a segment of the first format, always from its beginning: only so is it known which of them are one
 * another's neighbours, and which were found behind damage and may be part of what a visitor has sent.
 * @param maySearch whether to look for frames byte by byte behind damage.
 */
export async function* readOldFrames(window: FileWindow, end: number, maySearch: boolean): AsyncGenerator<Found[]> {
  let isDoubtful = false
  let position: number | undefined = 0
  while (position !== undefined && position < end) {
    const frame: OldFrame | undefined = await frameAt(window, position, end)
    if (frame) {
      const { payload, sizeBytes } = frame
      const doubt = isDoubtful ? ({ isDoubtful: true } as const) : {}
      yield [{ position, sizeBytes, record: { kind: UNTOLD_KIND, events: 1, keyId: 0, payload, ...doubt } }]
      position += sizeBytes
    } else {
      isDoubtful = true
      position = await nextPosition(window, position, end, maySearch)
    }
  }
}
