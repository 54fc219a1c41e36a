/** Escapes (CSS Syntax 3, 4.3.7): a hexadecimal code point, or any one character. */
const ESCAPE = /\\(?:([0-9a-f]{1,6})\s?|([^]))/gi
/** A string ends with its line (CSS Syntax 3, 4.3.5), and a backslash at the end of the selector escapes what would come behind it. */
const LEFT_OPEN = /["'{};@\\]|\/\*/
const CLOSED = /\([^()[\]]*\)|\[[^()[\]]*\]/g

/** Returns true if a selector can stand before a block of a style sheet and leave nothing open there: no string, comment or bracket. */
export function isWhole(selector: string): boolean {
  let rest = selector.replace(ESCAPE, '_').replace(/\/\*[^]*?\*\/|"[^"\n\f\r]*"|'[^'\n\f\r]*'/g, '_')
  if (LEFT_OPEN.test(rest)) return false
  for (let before = ''; before !== rest;) {
    before = rest
    rest = rest.replace(CLOSED, '_')
  }
  return !/[()[\]]/.test(rest)
}

const COMMENT_OR_STRING = /\/\*[^]*?\*\/|"[^"]*"|'[^']*'/g

/** A function without another in it, and those of which any argument may be the subject (Selectors 4, 4.2 and 4.4). */
const INNERMOST = /:([\w-]+)\(([^()]*)\)/
const ALTERNATIVES = /^(is|where|matches|-webkit-any|-moz-any)$/i

/** Only letters matter here: what else is escaped must not look like syntax. */
function unescape(selector: string): string {
  return selector.replace(ESCAPE, (_escape, hex: string | undefined, character: string | undefined) => {
    const plain = hex === undefined ? (character ?? '') : String.fromCharCode(parseInt(hex, 16) & 0xffff)
    return /[a-z]/i.test(plain) ? plain : '_'
  })
}

/** Types of a list of selectors without functions; a type behind `&` comes from an alternative. */
function typesOf(list: string): string[] {
  return list.split(',').flatMap((selector) => {
    const subject =
      selector
        .trim()
        .split(/[\s>+~]+/)
        .at(-1) ?? ''
    return subject.match(/(?<=^|[|&])[a-z][\w-]*/gi) ?? []
  })
}

/** The element types, in lower case, that a CSS selector names as what it selects: `b` in `a > b, :is(a b)`. */
export function subjectTypes(selector: string): string[] {
  let rest = unescape(selector)
    .replace(COMMENT_OR_STRING, '')
    .replace(/\[[^\]]*\]/g, '')
  while (INNERMOST.test(rest)) {
    rest = rest.replace(INNERMOST, (_function, name: string, list: string) =>
      ALTERNATIVES.test(name)
        ? typesOf(list)
            .map((type) => `&${type}`)
            .join('')
        : '',
    )
  }
  return typesOf(rest).map((type) => type.toLowerCase())
}
