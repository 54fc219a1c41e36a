import { crc32 } from 'node:zlib'

/** Bytes before each payload: its length and its CRC-32, both unsigned 32-bit little endian. */
const HEADER_BYTES = 8

/** Longest payload, in bytes: a damaged length must not make the reader ask for gigabytes. */
const MAX_PAYLOAD_BYTES = 1_048_576

/** Longest frame, in bytes. */
export const MAX_FRAME_BYTES = HEADER_BYTES + MAX_PAYLOAD_BYTES

/** A whole frame found in a buffer. */
export interface Frame {
  /** Where it begins in the buffer. */
  position: number
  payload: Buffer
  /** Length of the frame, header included. */
  sizeBytes: number
}

/** The payload with its header. */
export function encodeFrame(payload: Uint8Array): Buffer {
  // A file system may lengthen a file before its data arrive (XFS and ext4 after a power cut): those zeros would read
  // as an empty payload with a matching CRC, so an empty payload does not exist.
  if (payload.length === 0 || payload.length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`a log entry must have 1 to ${MAX_PAYLOAD_BYTES} bytes, this one has ${payload.length}`)
  }
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length)
  frame.writeUInt32LE(payload.length, 0)
  frame.writeUInt32LE(crc32(payload), 4)
  frame.set(payload, HEADER_BYTES)
  return frame
}

function frameAt(buffer: Buffer, position: number): Frame | undefined {
  const start = position + HEADER_BYTES
  if (start > buffer.length) return undefined
  const length = buffer.readUInt32LE(position)
  if (length === 0 || length > MAX_PAYLOAD_BYTES || start + length > buffer.length) return undefined
  const payload = buffer.subarray(start, start + length)
  if (crc32(payload) !== buffer.readUInt32LE(position + 4)) return undefined
  return { position, payload, sizeBytes: HEADER_BYTES + length }
}

/** The payloads of a buffer that holds sound frames and nothing else; undefined for every other. */
export function payloadsOf(buffer: Buffer): Buffer[] | undefined {
  const payloads: Buffer[] = []
  for (let position = 0; position < buffer.length; ) {
    const frame = frameAt(buffer, position)
    if (!frame) return undefined
    payloads.push(frame.payload)
    position += frame.sizeBytes
  }
  return payloads
}

/**
 * The sound frames that begin before `until`, in order. Bytes that are none are stepped over one by one: a damaged
 * length says nothing of where the next frame begins, and a sound frame behind damage is an acknowledged event.
 */
export function* findFrames(buffer: Buffer, until = buffer.length): Generator<Frame> {
  let position = 0
  while (position < until) {
    const frame = frameAt(buffer, position)
    if (frame) yield frame
    position += frame?.sizeBytes ?? 1
  }
}
