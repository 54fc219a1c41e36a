import { isSafeAttribute, isSafeUrl } from 'prepaint/protocol'
import sanitizeHtml from 'sanitize-html'
import { isExecutable } from './executable.ts'
import { candidateUrls } from './srcset.ts'

/** Text, structure, links and pictures; nothing that runs, embeds, submits or restyles. */
const ALLOWED_TAGS = [...sanitizeHtml.defaults.allowedTags, 'img', 'picture', 'source']

/** HTML that may be put into a page, or the reasons why not. */
export type Sanitised = { html: string; refusals: [] } | { html: undefined; refusals: string[] }

function isAllowed(name: string, value: string, allowsExecutable: boolean): boolean {
  if (!allowsExecutable && isExecutable(name, value)) return false
  if (name === 'srcset') return candidateUrls(value).every(isSafeUrl)
  return name === 'class' || isSafeAttribute(name, value)
}

function refusalsOf(tag: string, attributes: { [name: string]: string }, allowsExecutable: boolean): string[] {
  if (!ALLOWED_TAGS.includes(tag)) return [`<${tag}> is not allowed in html`]
  return Object.entries(attributes)
    .filter(([name, value]) => !isAllowed(name, value, allowsExecutable))
    .map(([name, value]) => `${name}="${value.slice(0, 60)}" of <${tag}> is not allowed in html`)
}

/** All of a tag that must outlast sanitising, which may only write a `srcset` in another way. */
function contentOf(tag: string, attributes: { [name: string]: string }): string {
  const kept = Object.entries(attributes).map(([name, value]) => [
    name,
    name === 'srcset' ? candidateUrls(value) : value,
  ])
  return JSON.stringify([tag, kept])
}

function run(html: string, onOpenTag: (tag: string, attributes: { [name: string]: string }) => void): string {
  return sanitizeHtml(html, {
    allowedTags: ALLOWED_TAGS,
    allowedAttributes: { '*': ['class', 'aria-*', 'data-*', ...ATTRIBUTES] },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    onOpenTag,
  })
}

/** Names that `isSafeAttribute` may accept; it decides on each value. */
const ATTRIBUTES = [
  'alt',
  'href',
  'src',
  'srcset',
  'sizes',
  'title',
  'value',
  'placeholder',
  'target',
  'rel',
  'lang',
  'dir',
  'role',
  'width',
  'height',
  'loading',
  'fetchpriority',
]

/**
 * Brings HTML into a normal form in which it can do nothing but show. What would have to be removed for that is named
 * and refused: an author whose markup silently lost a part would look for the mistake in the page.
 */
export function sanitise(html: string, allowsExecutable: boolean): Sanitised {
  const refusals: string[] = []
  const tags: string[] = []
  const clean = run(html, (tag, attributes) => {
    tags.push(contentOf(tag, attributes))
    refusals.push(...refusalsOf(tag, attributes, allowsExecutable))
  })
  if (refusals.length > 0) return { html: undefined, refusals: [...new Set(refusals)] }
  const kept: string[] = []
  run(clean, (tag, attributes) => kept.push(contentOf(tag, attributes)))
  // The list above names what is known to be removed; this catches what else the sanitiser may think of.
  if (kept.join() !== tags.join()) return { html: undefined, refusals: ['html would lose a part when made safe'] }
  return { html: clean, refusals: [] }
}
