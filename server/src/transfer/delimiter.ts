/** Delimiters that are looked for in a first line; the first of those that it has most of is taken. */
const DELIMITERS = [',', ';', '\t', '|']

/** Returns the delimiter that a first line is written with. */
export function delimiterOf(header: string): string {
  const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] as string
}
