/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * A number below `count`, of which the k-th is k times as rare as the first: Zipf's law with exponent 1, by the inverse of
 * its continuous form.
 */
export function zipf(count: number, random: () => number): number {
  return Math.min(count, Math.floor((count + 1) ** random())) - 1
}

/** A number below `count`, each as likely as the others. */
export function uniform(count: number, random: () => number): number {
  return Math.floor(random() * count)
}
