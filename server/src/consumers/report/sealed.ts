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

/** Returns the text of a sealed one. @throws TypeError unless it is what was written */
export function unsealed(stored: string): string {
  const text = stored.slice(LENGTH)
  if (!stored.startsWith(checksumOf(text))) throw new TypeError('it is not what was written')
  return text
}
