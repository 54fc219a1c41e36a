/** Text that is HTML already. Only {@link markup} and {@link trusted} make it. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Content of a template: strings and numbers are text, whatever stands in them. */
export type Part = Markup | string | number | undefined | readonly Part[]

const ESCAPES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Characters that HTML does not have, and those that turn the order of what follows (Unicode 6.3, bidirectional controls). */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

function textOf(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Markup) return part.text
  if (Array.isArray(part)) return part.map((one: Part) => textOf(one)).join('')
  return String(part)
    .replace(CONTROLS, '\ufffd')
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}

/** Makes HTML or SVG of a template. All that is put in is escaped, also within quoted attributes; no other place is for it. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((string, index) => string.replace(/\n\s+/g, '\n') + textOf(parts[index])).join(''))
}

/** Text of our own, such as a style sheet, as it stands. */
export function trusted(text: string): Markup {
  return new Markup(text)
}
