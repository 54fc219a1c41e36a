import { hash } from 'node:crypto'

/** Messages remembered by their hashes: more than a client keeps and sends again after a failure. */
const MAX_SEEN = 500

/** 48 bits: that two of 500 messages share a hash happens to one visitor in two thousand million. */
const HASH_BYTES = 6

/** The hash by which a message is remembered. */
export function hashOf(messageId: string): Uint8Array {
  return hash('sha256', messageId, 'buffer').subarray(0, HASH_BYTES)
}

/** True when the hash is among those seen. */
export function hasSeen(seen: Uint8Array, hash: Uint8Array): boolean {
  const bytes = Buffer.from(seen.buffer, seen.byteOffset, seen.byteLength)
  let at = bytes.indexOf(hash)
  // The end of one hash and the start of the next may spell it too.
  while (at % HASH_BYTES > 0) at = bytes.indexOf(hash, at + 1)
  return at >= 0
}

/** The hashes seen with one more; beyond 500 the oldest is forgotten. */
export function withSeen(seen: Uint8Array, hash: Uint8Array): Uint8Array {
  return Buffer.concat([seen.subarray(-(MAX_SEEN - 1) * HASH_BYTES), hash])
}
