import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { encodeFrames, HEADER_BYTES, MARKER_BYTES, readHeader } from '../streams/file-log/frame.ts'
import type { LogRecord } from '../streams/log.ts'

/** Records on their way to another service: a marker of their own, then frames with it. */
export function encodeBundle(records: readonly LogRecord[]): Buffer {
  const marker = randomBytes(MARKER_BYTES)
  return Buffer.concat([marker, encodeFrames(records, marker, 0)])
}

/** The records of a bundle that is sound to the last byte; undefined for every other. Nothing is searched in it. */
export function readBundle(bytes: Buffer): LogRecord[] | undefined {
  const marker = bytes.subarray(0, MARKER_BYTES)
  const records: LogRecord[] = []
  for (let at = MARKER_BYTES; at < bytes.length;) {
    const header = readHeader(bytes.subarray(at, at + HEADER_BYTES), marker)
    if (header?.number !== records.length) return undefined
    const { kind, events, keyId, payloadBytes, payloadCrc } = header
    const payload = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + payloadBytes)
    if (payload.length !== payloadBytes || crc32(payload) !== payloadCrc) return undefined
    records.push({ kind, events, keyId, payload })
    at += HEADER_BYTES + payloadBytes
  }
  return records
}
