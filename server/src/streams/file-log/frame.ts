import { crc32 } from 'node:zlib'
import type { LogRecord } from '../log.ts'

/**
 * Bytes before each payload, numbers in little endian: the marker of the file (8), the payload's length (4), the kind of
 * the record (1), nothing yet (1), the key's id (2), the count of events (4), the record's running number (6), nothing yet
 * (2), the payload's CRC-32 (4), and the CRC-32 of all that (4).
 */
export const HEADER_BYTES = 36

/** Bytes of a marker. */
export const MARKER_BYTES = 8

/** Longest payload, in bytes: a damaged length must not make the reader ask for gigabytes. */
export const MAX_PAYLOAD_BYTES = 1_048_576

const PAYLOAD_CRC_AT = 28
const HEADER_CRC_AT = 32

/** Header before a payload. */
export interface FrameHeader {
  kind: number
  events: number
  keyId: number
  /** Of the record among all that the log has ever taken, from 0. */
  number: number
  payloadBytes: number
  payloadCrc: number
  /** True when a bit of it was wrong, and is right here. */
  isHealed: boolean
}

/**
 * The length that a record's frame has.
 * @throws RangeError for a record that none can hold: found when it is encoded, it would fail all that are written with it.
 */
export function frameBytes({ kind, keyId, events, payload }: LogRecord): number {
  // A file system may lengthen a file before its data arrive (XFS and ext4 after a power cut), so that an empty payload is
  // never taken for one.
  if (payload.length === 0 || payload.length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`a log entry must have 1 to ${MAX_PAYLOAD_BYTES} bytes, this one has ${payload.length}`)
  }
  if (!(kind >= 1 && kind <= 255)) throw new RangeError(`a log entry of kind ${kind}`)
  if (!(keyId >= 0 && keyId <= 0xffff)) throw new RangeError(`a log entry by key ${keyId}`)
  if (!(events >= 0 && events <= 0xffff_ffff)) throw new RangeError(`a log entry of ${events} events`)
  return HEADER_BYTES + payload.length
}

/**
 * Records as frames, one behind the other. The marker is random, and made with the file that the frames are for: nobody who
 * has a hand in a payload can know it, so that nothing in a payload reads as a frame.
 */
export function encodeFrames(records: readonly LogRecord[], marker: Uint8Array, firstNumber: number): Buffer {
  const bytes = Buffer.alloc(records.reduce((sum, record) => sum + frameBytes(record), 0))
  let at = 0
  for (const [index, { kind, events, keyId, payload }] of records.entries()) {
    bytes.set(marker, at)
    bytes.writeUInt32LE(payload.length, at + 8)
    bytes.writeUInt8(kind, at + 12)
    bytes.writeUInt16LE(keyId, at + 14)
    bytes.writeUInt32LE(events, at + 16)
    bytes.writeUIntLE(firstNumber + index, at + 20, 6)
    bytes.writeUInt32LE(crc32(payload), at + PAYLOAD_CRC_AT)
    bytes.writeUInt32LE(crc32(bytes.subarray(at, at + HEADER_CRC_AT)), at + HEADER_CRC_AT)
    bytes.set(payload, at + HEADER_BYTES)
    at += HEADER_BYTES + payload.length
  }
  return bytes
}

function hasMarker(bytes: Buffer, marker: Uint8Array): boolean {
  for (let at = 0; at < MARKER_BYTES; at++) if (bytes[at] !== marker[at]) return false
  return true
}

function isSound(bytes: Buffer, marker: Uint8Array): boolean {
  return hasMarker(bytes, marker) && crc32(bytes.subarray(0, HEADER_CRC_AT)) === bytes.readUInt32LE(HEADER_CRC_AT)
}

/**
 * The header that one flipped bit has damaged, as it was: a CRC-32 tells any two headers apart that differ in three bits or
 * fewer (Koopman, "32-bit cyclic redundancy codes", 2002), so that of all that are one bit away at most one is sound.
 */
function healed(bytes: Buffer, marker: Uint8Array): Buffer | undefined {
  const tried = Buffer.from(bytes)
  for (let bit = 0; bit < HEADER_BYTES * 8; bit++) {
    tried[bit >> 3] = (tried[bit >> 3] as number) ^ (1 << (bit & 7))
    if (isSound(tried, marker)) return tried
    tried[bit >> 3] = bytes[bit >> 3] as number
  }
  return undefined
}

/** The header at the beginning of the bytes; undefined when there is none with this marker. */
export function readHeader(bytes: Buffer, marker: Uint8Array): FrameHeader | undefined {
  if (bytes.length < HEADER_BYTES) return undefined
  const header = bytes.length === HEADER_BYTES ? bytes : bytes.subarray(0, HEADER_BYTES)
  const sound = isSound(header, marker) ? header : healed(header, marker)
  if (!sound) return undefined
  const payloadBytes = sound.readUInt32LE(8)
  if (payloadBytes === 0 || payloadBytes > MAX_PAYLOAD_BYTES) return undefined
  return {
    kind: sound.readUInt8(12),
    keyId: sound.readUInt16LE(14),
    events: sound.readUInt32LE(16),
    number: sound.readUIntLE(20, 6),
    payloadBytes,
    payloadCrc: sound.readUInt32LE(PAYLOAD_CRC_AT),
    isHealed: sound !== header,
  }
}
