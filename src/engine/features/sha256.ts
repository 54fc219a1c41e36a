/** Bytes of a block. */
const BLOCK = 64

/** First 32 bits of the fractional part of a root: the algorithm's constants are those of the first primes (FIPS 180-4, 4.2.2 and 5.3.3). */
function fraction(root: number): number {
  return ((root - Math.floor(root)) * 0x1_0000_0000) | 0
}

const PRIMES = Array.from({ length: 312 }, (_none, number) => number).filter((number) => {
  if (number < 2) return false
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false
  return true
})

const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)))
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

/** Pads to whole blocks: a bit, zeros, and the number of bits. */
function padded(ascii: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((ascii.length + 9) / BLOCK) * BLOCK)
  for (let at = 0; at < ascii.length; at++) bytes[at] = ascii.charCodeAt(at)
  bytes[ascii.length] = 0x80
  new DataView(bytes.buffer).setUint32(bytes.length - 4, ascii.length * 8)
  return bytes
}

function scheduleOf(block: DataView, words: Int32Array): void {
  for (let at = 0; at < 16; at++) words[at] = block.getInt32(at * 4)
  for (let at = 16; at < words.length; at++) {
    const [near, far] = [words[at - 2] as number, words[at - 15] as number]
    const one = rotate(far, 7) ^ rotate(far, 18) ^ (far >>> 3)
    const two = rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10)
    words[at] = (words[at - 16] as number) + one + (words[at - 7] as number) + two
  }
}

function compress(hash: Int32Array, words: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = hash as unknown as [number, number, number, number, number, number, number, number]
  for (let at = 0; at < words.length; at++) {
    const sumE = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const sumA = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const one = h + sumE + ((e & f) ^ (~e & g)) + (ROUNDS[at] as number) + (words[at] as number)
    const two = sumA + ((a & b) ^ (a & c) ^ (b & c))
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0]
  }
  for (const [at, word] of [a, b, c, d, e, f, g, h].entries()) hash[at] = (hash[at] as number) + word
}

/**
 * SHA-256 of an ASCII text, in hex. It stands here because the engine has no platform: edges and browsers have an asynchronous digest
 * only, and ids are made while a catalog is compiled.
 */
export function sha256Hex(ascii: string): string {
  const bytes = padded(ascii)
  const hash = Int32Array.from(START)
  const words = new Int32Array(ROUNDS.length)
  for (let at = 0; at < bytes.length; at += BLOCK) {
    scheduleOf(new DataView(bytes.buffer, at, BLOCK), words)
    compress(hash, words)
  }
  return [...hash].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}
