import { hash } from 'node:crypto'

/** Messages remembered by their hashes: more than a client keeps and sends again after a failure. */
const MAX_SEEN = 500

/** 48 bits: that two of 500 messages share a hash happens to one visitor in two thousand million. */
const HASH_BYTES = 6

/** The hash by which a message is remembered, in hex: as text OpenSSL's digest comes out in 0.3 µs, as a buffer in 1.2 (Node 24). */
export function hashHexOf(messageId: string): string {
  return hash('sha256', messageId, 'hex').slice(0, 2 * HASH_BYTES)
}

/** The hash by which a message is remembered. */
export function hashOf(messageId: string): Buffer {
  return Buffer.from(hashHexOf(messageId), 'hex')
}

function isAmong(bytes: Buffer, hash: Uint8Array, from: number, to: number): boolean {
  let at = bytes.indexOf(hash, from)
  // The end of one hash and the start of the next may spell it too.
  while (at >= 0 && (at - from) % HASH_BYTES > 0) at = bytes.indexOf(hash, at + 1)
  return at >= 0 && at < to
}

/** True when the hash is among those seen. */
export function hasSeen(seen: Uint8Array, hash: Uint8Array): boolean {
  return isAmong(Buffer.from(seen.buffer, seen.byteOffset, seen.byteLength), hash, 0, seen.length)
}

/** The hashes seen with one more; beyond 500 the oldest is forgotten. */
export function withSeen(seen: Uint8Array, hash: Uint8Array): Uint8Array {
  return Buffer.concat([seen.subarray(-(MAX_SEEN - 1) * HASH_BYTES), hash])
}

/** Bytes that are made ready for hashes to come: as many as a client sends at once. */
const ROOM_BYTES = 20 * HASH_BYTES

/** Hashes while messages are added. */
export interface OpenSeen {
  has(hash: Uint8Array): boolean
  add(hash: Uint8Array): void
  /** Returns the hashes of now. What is added later changes nothing of them. */
  bytes(): Uint8Array
}

/** Opens hashes as {@link withSeen} keeps them, which stay as they are; they are copied once, not with each message. */
export function openSeen(seen: Uint8Array): OpenSeen {
  let bytes = Buffer.allocUnsafe(seen.length + ROOM_BYTES)
  bytes.set(seen)
  let [from, to] = [0, seen.length]

  function grow(): void {
    const grown = Buffer.allocUnsafe(2 * (to - from) + ROOM_BYTES)
    bytes.copy(grown, 0, from, to)
    bytes = grown
    to -= from
    from = 0
  }

  return {
    has: (hash) => isAmong(bytes, hash, from, to),
    add(hash) {
      if (to + HASH_BYTES > bytes.length) grow()
      bytes.set(hash, to)
      to += HASH_BYTES
      from = Math.max(from, to - MAX_SEEN * HASH_BYTES)
    },
    bytes: () => bytes.subarray(from, to),
  }
}
