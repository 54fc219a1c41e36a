/** Returns what the pattern's one group matches in a text, or an empty string. */
export function find(text: string, pattern: string): string {
  return (text.match(pattern) || '')[1] || ''
}
