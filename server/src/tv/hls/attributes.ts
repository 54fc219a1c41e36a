/** A name, and a value that may be quoted; some packagers write typographic quotes, of which the first and the last are the same. */
const ATTRIBUTE = /([A-Za-z][\w-]*)\s*=\s*(?:"([^"]*)"|[“”]([^“”]*)[“”]|([^,]*))/g

/** Reads an attribute list (RFC 8216, 4.2), with its names in upper case. */
export function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name = '', quoted, curly, bare] of text.matchAll(ATTRIBUTE))
    attributes.set(name.toUpperCase(), (quoted ?? curly ?? bare ?? '').trim())
  return attributes
}

/** Reads a number of seconds as ms; undefined if it is none. */
export function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,9}(\.\d{1,9})?$/.test(text)) return undefined
  return Number(text) * 1_000
}

/** Reads a date as ms since 1970; undefined if it is none. */
export function dateOf(text: string | undefined): number | undefined {
  // Without a zone a date would be of the machine's zone.
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.]\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text))
    return undefined
  const ms = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(ms) ? undefined : ms
}
