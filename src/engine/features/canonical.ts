import type { Json } from '../../protocol/index.ts'

/** Writes a text as JSON in ASCII. */
function textOf(text: string): string {
  return JSON.stringify(text).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Writes JSON so that equal values have one text: keys in order, without spaces, and in ASCII, so that a character is a byte. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return textOf(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${textOf(key)}:${canonicalJson(value[key] as Json)}`)
  return `{${fields.join()}}`
}
