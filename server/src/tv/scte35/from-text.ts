import { TvInputError } from '../finding.ts'

const HEX = /^(?:0x)?((?:[\da-f]{2})+)$/i
const BASE64 = /^[\w+/-]{4,}={0,2}$/

/** Longest message, in characters: a section has 4,098 bytes at most. */
const MAX_LENGTH = 16_384

/**
 * Reads the bytes of a message that is written as hexadecimal digits or as base64 (also without its padding, or base64url). Base64 of a
 * message begins with `/`, which hexadecimal digits never do.
 * @throws TvInputError
 */
export function bytesOfText(text: string): Uint8Array {
  const trimmed = text.trim()
  if (trimmed.length > MAX_LENGTH) throw new TvInputError('scte35_text', `has ${trimmed.length} characters`)
  const [, digits] = HEX.exec(trimmed) ?? []
  if (digits !== undefined) return Buffer.from(digits, 'hex')
  if (!BASE64.test(trimmed)) throw new TvInputError('scte35_text', 'is neither base64 nor hexadecimal digits')
  return Buffer.from(trimmed, 'base64')
}
