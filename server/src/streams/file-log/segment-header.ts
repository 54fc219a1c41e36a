import { crc32 } from 'node:zlib'
import { MARKER_BYTES } from './frame.ts'

/**
 * Size of the header that begins a segment, twice, so that damage to one of them costs nothing. Numbers in little
 * endian: `PPLG` (4), the format's version (4), the marker of the segment's frames (8), the log's offset at which it
 * begins (8), the running number of its first record (8), nothing yet (4), and the CRC-32 of all that (4).
 */
const COPY_BYTES = 40

/** Bytes before a segment's first frame; they have no offsets. */
export const SEGMENT_HEADER_BYTES = 2 * COPY_BYTES

const MAGIC = Buffer.from('PPLG')
const FORMAT_VERSION = 2
const CRC_AT = 36

/** Header of a segment. */
export interface SegmentHeader {
  marker: Buffer
  /** Of its first record. */
  firstNumber: number
}

/** The header of the segment that begins at `base`. */
export function encodeSegmentHeader({ marker, firstNumber }: SegmentHeader, base: number): Buffer {
  const copy = Buffer.alloc(COPY_BYTES)
  copy.set(MAGIC)
  copy.writeUInt32LE(FORMAT_VERSION, 4)
  copy.set(marker, 8)
  copy.writeBigUInt64LE(BigInt(base), 16)
  copy.writeBigUInt64LE(BigInt(firstNumber), 24)
  copy.writeUInt32LE(crc32(copy.subarray(0, CRC_AT)), CRC_AT)
  return Buffer.concat([copy, copy])
}

function readCopy(copy: Buffer, base: number): SegmentHeader | undefined {
  const isSound = copy.length === COPY_BYTES && crc32(copy.subarray(0, CRC_AT)) === copy.readUInt32LE(CRC_AT)
  if (!isSound || !copy.subarray(0, 4).equals(MAGIC) || copy.readUInt32LE(4) !== FORMAT_VERSION) return undefined
  if (copy.readBigUInt64LE(16) !== BigInt(base)) return undefined
  return { marker: Buffer.from(copy.subarray(8, 8 + MARKER_BYTES)), firstNumber: Number(copy.readBigUInt64LE(24)) }
}

/** Reads the header of the segment that begins at `base`; undefined if both copies are damaged. */
export function readSegmentHeader(bytes: Buffer, base: number): SegmentHeader | undefined {
  return (
    readCopy(bytes.subarray(0, COPY_BYTES), base) ?? readCopy(bytes.subarray(COPY_BYTES, SEGMENT_HEADER_BYTES), base)
  )
}
