/** Only where consent is told of may a repeated key change what is allowed; an escape may spell a letter of it. */
const SUSPECT = /consent|\\u00[4-7]/i

/** White space of JSON, then a colon: what was before is a key. */
const COLON = /[ \t\r\n]*:/y

/**
 * Finds the end of the text that begins at `start` with its quote. Nearly all of them end at the next one, which is
 * found natively.
 */
function endOfText(json: string, start: number): number {
  const quote = json.indexOf('"', start + 1)
  if (json.charCodeAt(quote - 1) !== 0x5c) return quote < 0 ? json.length : quote
  for (let at = start + 1; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === 0x5c) at++
    else if (code === 0x22) return at
  }
  return json.length
}

/** Parses the text of a key. */
function keyOf(token: string): string {
  return token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1)
}

/**
 * A key that stands twice in one object of this sound JSON; undefined when there is none, or nothing tells of consent.
 * Parsers disagree which of the two counts (RFC 8259, 4): a `granted` after a `denied` must not.
 */
export function repeatedKey(json: string): string | undefined {
  if (!SUSPECT.test(json)) return undefined
  const names: (Set<string> | undefined)[] = []
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === 0x7b) names.push(new Set())
    else if (code === 0x5b) names.push(undefined)
    else if (code === 0x7d || code === 0x5d) names.pop()
    else if (code === 0x22) {
      const start = at
      at = endOfText(json, start)
      COLON.lastIndex = at + 1
      const known = names.at(-1)
      if (!known || (json.charCodeAt(at + 1) !== 0x3a && !COLON.test(json))) continue
      const key = keyOf(json.slice(start, at + 1))
      if (known.has(key)) return key
      known.add(key)
    }
  }
  return undefined
}
