const AIRED = new Set(['', 'ok', 'aired', 'as-run', 'asrun', 'played', 'planned', 'scheduled', 'booked', 'confirmed'])
const CANCELLED = new Set([
  'cancelled',
  'canceled',
  'missed',
  'failed',
  'not aired',
  'not played',
  'skipped',
  'dropped',
])

/** Returns true for what did not air; undefined for a word that says neither. */
export function isCancelled(status: string, words: readonly string[] | undefined): boolean | undefined {
  const word = status.toLowerCase()
  if (words) return words.includes(word)
  if (AIRED.has(word)) return false
  return CANCELLED.has(word) ? true : undefined
}
