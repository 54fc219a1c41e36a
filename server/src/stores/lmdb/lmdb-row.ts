import { crc32 } from 'node:zlib'
import { decodeProfile, ProfileDamagedError } from '../../profiles/codec.ts'
import { isEnded } from '../../profiles/lifetime.ts'

/**
 * First byte of a row with a checksum; then its CRC-32 and the time of the profile's last event in seconds, both unsigned
 * 32-bit little endian. Rows of before begin with the profile's own format version, which is small.
 */
const CHECKED = 0x80
const HEADER_BYTES = 9
const MAX_OLD_VERSION = 0x1f

/** Contents of a row. */
export interface LmdbRow {
  /** The profile, as `profiles/codec` writes it. */
  bytes: Buffer
  /** Time of the last event, in seconds since 1970; undefined in a row of before there were checksums. */
  lastSeenS: number | undefined
}

/** Of everything behind it and the row's key: a row at another's place is damaged too. */
function checksumOf(row: Buffer, site: string, visitorId: string): number {
  return crc32(row.subarray(5), crc32(`${site} ${visitorId}`))
}

/** A row with its checksum. */
export function encodeRow(site: string, visitorId: string, profile: Uint8Array, lastSeenMs: number): Buffer {
  const row = Buffer.allocUnsafe(HEADER_BYTES + profile.length)
  row[0] = CHECKED
  row.writeUInt32LE(Math.min(0xffff_ffff, Math.max(0, Math.floor(lastSeenMs / 1_000))), 5)
  row.set(profile, HEADER_BYTES)
  row.writeUInt32LE(checksumOf(row, site, visitorId), 1)
  return row
}

/** Reads a row. @throws ProfileDamagedError when it is not what was written. */
export function decodeRow(site: string, visitorId: string, row: Buffer): LmdbRow {
  const first = row[0] ?? 0
  if (first > 0 && first <= MAX_OLD_VERSION) return { bytes: row, lastSeenS: undefined }
  if (first !== CHECKED || row.length <= HEADER_BYTES || row.readUInt32LE(1) !== checksumOf(row, site, visitorId)) {
    throw new ProfileDamagedError('a stored profile is not what was written')
  }
  return { bytes: row.subarray(HEADER_BYTES), lastSeenS: row.readUInt32LE(5) }
}

/** True when the life of the row's profile was over at that time, in seconds since 1970. */
export function isRowEnded({ bytes, lastSeenS }: LmdbRow, nowS: number): boolean {
  return isEnded(lastSeenS ?? decodeProfile(bytes).lastSeenMs / 1_000, nowS)
}
