import { isAllowed, parsePolicy } from './csp.ts'
import type { Finding } from './finding.ts'
import type { Page, PageElement, PageTag } from './page.ts'

/** Selectors of the slots, by name. */
export interface Slots {
  /** The slot's selector; of one that is marked in the page, its mark. */
  [slot: string]: string
}

function describe({ name, attribs }: PageElement): string {
  const { src, href, id } = attribs
  const of = src ?? href ?? (id === undefined ? undefined : `#${id}`)
  return `<${name}>${of === undefined ? '' : ` ${of.slice(0, 200)}`}`
}

/**
 * True for what waits for a server: a script behind it does, too, also behind a style sheet. Inline scripts and styles wait for none,
 * such as the command queue and the room of slots, which `snippet` prints before the tag.
 */
function holdsUp({ name, attribs, children }: PageElement): boolean {
  if (name === 'script') return attribs['src'] !== undefined
  return name === 'link' || children.some((child) => 'data' in child && /@import/i.test(child.data))
}

function tagPlace({ all }: Page, { element }: PageTag): Finding[] {
  if (!all('head script').includes(element)) return [{ code: 'tag_not_in_head', detail: describe(element) }]
  const elements = all('head script, head link[rel~="stylesheet"], head style')
  const first = elements.slice(0, elements.indexOf(element)).find(holdsUp)
  return first === undefined ? [] : [{ code: 'tag_not_first', detail: `${describe(first)} comes before it` }]
}

function tagKind({ element: { attribs } }: PageTag): Finding[] {
  const later =
    ['async', 'defer'].find((name) => Object.hasOwn(attribs, name)) ??
    (attribs['type'] === 'module' ? 'type="module"' : undefined)
  return later === undefined ? [] : [{ code: 'tag_not_blocking', detail: `it has ${later}` }]
}

/** Checks the place and the attributes of the tag. */
export function checkTag(page: Page): Finding[] {
  if (!page.tag) return [{ code: 'tag_missing', detail: 'no <script data-site="…">' }]
  return [...tagPlace(page, page.tag), ...tagKind(page.tag)]
}

/** The element whose shadow root holds this one: above the root stands its template, and above that the host. */
function hostOf(element: PageElement): PageElement | undefined {
  let node: PageElement['parent'] = element
  while (node && node.type !== 'root') node = node.parent
  const host = node?.parent?.parent
  return host && 'attribs' in host ? host : undefined
}

/** Says that a slot is nowhere, or that it stands where no tag can reach it. */
function checkUnmatched({ allInClosedRoots }: Page, name: string, selector: string): Finding {
  const [element] = allInClosedRoots(selector)
  if (!element) return { code: 'slot_unmatched', detail: `${name}: nothing matches ${selector}` }
  const host = hostOf(element)
  return {
    code: 'slot_in_shadow_root',
    detail: `${name}: ${describe(element)} in the closed shadow root of ${host ? describe(host) : 'an element'}`,
  }
}

/** Checks that every slot is there, and holds nothing that a swap would break. */
export function checkSlots(page: Page, slots: Slots): Finding[] {
  const all = (selector: string): PageElement[] => page.all(selector).concat(page.allInOpenRoots(selector))
  return Object.entries(slots).flatMap(([name, selector]): Finding[] => {
    try {
      const found = all(selector)
      if (found.length === 0) return [checkUnmatched(page, name, selector)]
      const scripts = new Set(all('script'))
      const within = found.flatMap((element) => elementsWithin(element)).filter((element) => scripts.has(element))
      return within
        .slice(0, 1)
        .map((script) => ({ code: 'slot_has_script', detail: `${name} holds ${describe(script)}` }))
    } catch (error) {
      return [
        { code: 'selector_unreadable', detail: `${name}: ${selector} (${(error as Error).message.slice(0, 200)})` },
      ]
    }
  })
}

/** All elements below, without recursion: a page may be nested as deep as it likes. */
function elementsWithin(element: PageElement): PageElement[] {
  const found: PageElement[] = []
  const left = [element]
  for (let next = left.pop(); next; next = left.pop()) {
    const children = next.children.filter((child): child is PageElement => 'attribs' in child)
    found.push(...children)
    left.push(...children)
  }
  return found
}

function textOf({ children }: PageElement): string {
  return children.map((child) => ('data' in child ? child.data : '')).join('')
}

const SCRIPT = ['script-src-elem', 'script-src', 'default-src']

/** As a tag asks for its late chunk: with what was built, so that no policy can name the file. */
const LATE = 'prepaint-late.<sha256>.js'

/** Checks that each policy lets the tag run, load its late part and send requests to the service. */
export function checkPolicies({ url, policies, tag }: Page): Finding[] {
  if (!tag) return []
  const nonce = tag.element.attribs['nonce']
  const inline = tag.src === undefined ? { script: textOf(tag.element) } : {}
  return policies.flatMap((text) => {
    const policy = parsePolicy(text)
    // The late part is put into the page by the tag, with its nonce.
    const isLateTrusted = policy.get('script-src')?.includes("'strict-dynamic'") ?? false
    const blocked = [
      isAllowed(policy, SCRIPT, { url: tag.src ?? url, nonce, ...inline }, url)
        ? undefined
        : 'script-src blocks the tag',
      ...tag.endpoints.flatMap((endpoint) => [
        isLateTrusted || isAllowed(policy, SCRIPT, { url: `${endpoint}/${LATE}`, nonce }, url)
          ? undefined
          : `script-src blocks ${endpoint}/${LATE}`,
        isAllowed(policy, ['connect-src', 'default-src'], { url: `${endpoint}/v1/decide` }, url)
          ? undefined
          : `connect-src blocks ${endpoint}`,
      ]),
      policy.get('require-trusted-types-for') &&
      !(policy.get('trusted-types') ?? ['*']).some((name) => name === 'prepaint' || name === '*')
        ? 'trusted-types lacks prepaint'
        : undefined,
    ]
    return blocked.flatMap((detail): Finding[] => (detail === undefined ? [] : [{ code: 'csp_blocks', detail }]))
  })
}
