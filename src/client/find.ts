/** What the pattern's one group matches in a text; empty when nothing does. */
export function find(text: string, pattern: string): string {
  return (text.match(pattern) || '')[1] || ''
}
