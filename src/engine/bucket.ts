const OFFSET_BASIS = 0x811c9dc5
const PRIME = 0x01000193

/**
 * FNV-1a, 32 bit (draft-eastlake-fnv-17, 2), over UTF-16 code units as in GrowthBook's SDK specification.
 * @param hash what came before the text, to go on from.
 */
function fnv1a32(text: string, hash = OFFSET_BASIS): number {
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME)
  return hash >>> 0
}

const digits = new Uint8Array(10)

function writeDigits(value: number, from: number): void {
  let rest = value
  for (let at = from + 4; at >= from; at--) {
    digits[at] = rest % 10
    rest = (rest / 10) | 0
  }
}

/**
 * The hash of a number as text, without the text: half of the time. Ten digits in two halves, because V8 divides
 * integers of 31 bits by a constant with a multiplication, and larger numbers as floating point.
 */
function fnv1a32Decimal(value: number): number {
  const low = value % 100_000
  writeDigits((value - low) / 100_000, 0)
  writeDigits(low, 5)
  let at = 0
  while (at < 9 && digits[at] === 0) at++
  let hash = OFFSET_BASIS
  for (; at < 10; at++) hash = Math.imul(hash ^ (48 + (digits[at] as number)), PRIME)
  return hash >>> 0
}

/** Gives each visitor a place on the line from 0 to 1. */
export type Place = (visitorId: string) => number

/**
 * Places in steps of 1/10,000: GrowthBook's hash version 2, so an experiment keeps its assignments when a brand moves it
 * here. The seed is hashed once.
 */
export function createPlace(seed: string): Place {
  const seeded = fnv1a32(seed)
  return (visitorId) => (fnv1a32Decimal(fnv1a32(visitorId, seeded)) % 10_000) / 10_000
}

/** Places of a namespace, in steps of 1/1,000: GrowthBook's `inNamespace`, which kept hash version 1. */
export function createNamespacePlace(id: string): Place {
  return (visitorId) => (fnv1a32(`__${id}`, fnv1a32(visitorId)) % 1_000) / 1_000
}
