import { crc32 } from 'node:zlib'
import { Packr } from 'msgpackr'

const packr = new Packr({ useRecords: false })

/** A record as the log's first format kept it. */
export function oldPayload(record: object): Uint8Array {
  return Buffer.from(packr.pack(record))
}

/** A frame of the log's first format: length and CRC-32 of the payload, which follows. */
export function encodeOldFrame(payload: Uint8Array): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt32LE(payload.length, 0)
  header.writeUInt32LE(crc32(payload), 4)
  return Buffer.concat([header, payload])
}
