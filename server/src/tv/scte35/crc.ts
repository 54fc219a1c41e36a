/** Generator of CRC-32/MPEG-2 (ISO/IEC 13818-1, annex A): not reflected. */
const POLYNOMIAL = 0x04c11db7

const TABLE = Int32Array.from({ length: 256 }, (_none, byte) => {
  let value = byte << 24
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ POLYNOMIAL : value << 1
  return value
})

/** Returns the CRC-32/MPEG-2 of the first `end` bytes; 0 if its own four bytes are the last of them, and right. */
export function crc32Mpeg2(bytes: Uint8Array, end = bytes.length): number {
  let crc = -1
  for (let at = 0; at < end; at++) {
    crc = (crc << 8) ^ (TABLE[((crc >>> 24) ^ (bytes[at] as number)) & 0xff] as number)
  }
  return crc >>> 0
}
