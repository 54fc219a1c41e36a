import { type ByteReader } from './byte-reader.ts'
import { readUpids, type Upid } from './upid.ts'

/** Ticks of a second. */
const TICKS_PER_MS = 90

/** `CUEI`. */
const IDENTIFIER = 0x43554549

const SEGMENTATION_TAG = 0x02

/** A segment that begins or ends (SCTE 35, 10.3.3). */
export interface Segmentation {
  eventId: number
  isCancelled: boolean
  /** Kind of the segment, such as 0x30 for the start of a commercial; 0 if it is cancelled. */
  typeId: number
  durationMs?: number
  upids: Upid[]
  segment: number
  segments: number
}

function readSegmentation(reader: ByteReader): Segmentation {
  const eventId = reader.u32()
  const isCancelled = (reader.u8() & 0x80) !== 0
  if (isCancelled) return { eventId, isCancelled, typeId: 0, upids: [], segment: 0, segments: 0 }
  const flags = reader.u8()
  // Components, six bytes each, have other times; a segment of the whole programme has none.
  if ((flags & 0x80) === 0) reader.skip(reader.u8() * 6)
  const durationMs = (flags & 0x40) === 0 ? undefined : Math.round(reader.u40() / TICKS_PER_MS)
  const upidType = reader.u8()
  const upids = readUpids(upidType, reader.part(reader.u8()))
  const [typeId, segment, segments] = [reader.u8(), reader.u8(), reader.u8()]
  return { eventId, isCancelled, typeId, ...(durationMs === undefined ? {} : { durationMs }), upids, segment, segments }
}

/** Reads the segments among a message's descriptors; the others are passed over. */
export function readSegmentations(loop: ByteReader): Segmentation[] {
  const segmentations: Segmentation[] = []
  while (loop.left > 0) {
    const tag = loop.u8()
    const descriptor = loop.part(loop.u8())
    if (descriptor.left >= 4 && descriptor.u32() === IDENTIFIER && tag === SEGMENTATION_TAG)
      segmentations.push(readSegmentation(descriptor))
  }
  return segmentations
}
