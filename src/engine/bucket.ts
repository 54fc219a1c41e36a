/** FNV-1a, 32 bit (draft-eastlake-fnv-17, 2), over UTF-16 code units. */
function fnv1a32(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index)
    hash = Math.imul(hash, 0x01000193)
  }
  return hash >>> 0
}

/**
 * A visitor's place on the line from 0 to 1, in steps of 1/10,000: GrowthBook's hash version 2,
 * so an experiment keeps its assignments when a brand moves it here.
 */
export function bucket(seed: string, visitorId: string): number {
  return (fnv1a32(String(fnv1a32(seed + visitorId))) % 10_000) / 10_000
}

/**
 * The index of the variant that owns `position`; -1 when coverage leaves it out.
 * Each variant keeps the start of its range and coverage grows its end, so growing moves nobody who is in.
 */
export function chooseVariant(position: number, weights: readonly number[], coverage: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let start = 0
  for (const [index, weight] of weights.entries()) {
    const width = weight / total
    if (position >= start && position < start + width * coverage) return index
    start += width
  }
  return -1
}
