import { isSafeAttribute, isSafeUrl, type Operation } from 'prepaint/protocol'
import { isExecutable } from './executable.ts'
import type { OperationEntry } from './operation-schema.ts'
import { sanitise } from './sanitise.ts'
import { candidateUrls } from './srcset.ts'

/** Functions that load something, and escapes that could hide their names (CSS Syntax 3, 4.3.7). */
const LOADING_CSS = /url\(|expression\(|image-set\(|image\(|src\(|element\(|@import|\\/i
const STYLE_NAME = /^(--)?[a-z][a-z0-9-]*$/
const BINDING_STYLE = /^(behavior|-moz-binding)$/

/** Operations of one item of `do` on the wire, or the flaw of it. */
export interface OperationResult {
  operations: Operation[]
  refusals: string[]
}

type Entries = Required<OperationEntry>
type Rules = { [Kind in keyof Entries]: (entry: Entries[Kind], allowsExecutable: boolean) => OperationResult }

function allow(...operations: Operation[]): OperationResult {
  return { operations, refusals: [] }
}

function refuse(...refusals: string[]): OperationResult {
  return { operations: [], refusals }
}

const rules: Rules = {
  text: (value) => allow({ op: 'text', value }),
  html(value, allowsExecutable) {
    const { html, refusals } = sanitise(value, allowsExecutable)
    return html === undefined ? refuse(...refusals) : allow({ op: 'html', value: html })
  },
  attribute({ name, value }, allowsExecutable) {
    if (!allowsExecutable && isExecutable(name, value ?? '')) {
      return refuse(`attribute ${name} may be run by a library: executableAttributes: true allows it`)
    }
    if (!isSafeAttribute(name, '')) return refuse(`attribute ${name} cannot be set: it may run code or submit data`)
    const isSafe = name === 'srcset' ? candidateUrls(value ?? '').every(isSafeUrl) : isSafeAttribute(name, value ?? '')
    if (!isSafe) return refuse(`${name} has an address that could run code`)
    return allow({ op: 'attribute', name, value })
  },
  class({ add = [], remove = [] }) {
    const spaced = [...add, ...remove].filter((name) => /\s/.test(name))
    if (spaced.length > 0) return refuse(...spaced.map((name) => `class "${name}" has a space: list names one by one`))
    const operation =
      (on: boolean) =>
      (name: string): Operation => ({ op: 'class', name, on })
    return allow(...remove.map(operation(false)), ...add.map(operation(true)))
  },
  style({ name, value }) {
    if (!STYLE_NAME.test(name) || BINDING_STYLE.test(name)) return refuse(`${name} is no CSS property that can be set`)
    if (LOADING_CSS.test(value)) return refuse(`style ${name} loads something: use background or image`)
    return allow({ op: 'style', name, value })
  },
  background(url) {
    if (!isSafeUrl(url)) return refuse('background has an address that could run code')
    // What could end the CSS string (CSS Syntax 3, 4.3.5) has no place unencoded in a valid address either.
    const encoded = url.replace(/["\\\n\r\f]/g, encodeURIComponent)
    return allow({ op: 'style', name: 'background-image', value: `url("${encoded}")` })
  },
  image({ src, srcset, alt }) {
    const urls = [src, ...candidateUrls(srcset ?? '')]
    if (!urls.every(isSafeUrl)) return refuse('image has an address that could run code')
    const set = (name: string, value: string | null): Operation => ({ op: 'attribute', name, value })
    // An old srcset would win over the new src, so it goes first (HTML, 4.8.4.3 "select an image source"). What lazy loaders (lazysizes,
    // lozad, vanilla-lazyload) put into src as the picture comes into view is the variant's, too.
    return allow(
      ...[set('data-srcset', srcset ?? null), set('data-src', src), set('srcset', srcset ?? null), set('src', src)],
      ...(alt === undefined ? [] : [set('alt', alt)]),
    )
  },
}

/** Turns one item of a variant's `do`, of the right shape, into operations. */
export function compileOperation(entry: OperationEntry, allowsExecutable: boolean): OperationResult {
  const [kind, value] = Object.entries(entry)[0] as [keyof Entries, never]
  return rules[kind](value, allowsExecutable)
}
