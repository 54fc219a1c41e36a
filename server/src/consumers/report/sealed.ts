import { crc32 } from 'node:zlib'

/** Length of a checksum as text: 32 bits by base 36. */
const LENGTH = 7

function checksumOf(text: string): string {
  return crc32(text).toString(36).padStart(LENGTH, '0')
}

/** A text with its checksum before it: a disk that has changed a digit would else change a report in silence. */
export function sealed(text: string): string {
  return checksumOf(text) + text
}

/** True for a text that is what was written. */
export function isSealed(stored: string): boolean {
  return stored.startsWith(checksumOf(stored.slice(LENGTH)))
}

/** Returns the text of a sealed one. @throws TypeError unless it is what was written */
export function unsealed(stored: string): string {
  if (!isSealed(stored)) throw new TypeError('it is not what was written')
  return stored.slice(LENGTH)
}
