import { compile, selectAll } from 'css-select'
import { parse } from 'parse5'
import { adapter, type Htmlparser2TreeAdapterMap } from 'parse5-htmlparser2-tree-adapter'

/** An element of the page. */
export type PageElement = Htmlparser2TreeAdapterMap['element']
type PageNode = Htmlparser2TreeAdapterMap['node']

/** The tag as it stands in the page. */
export interface PageTag {
  element: PageElement
  /** Absolute; undefined for an inline script. */
  src: string | undefined
  /** Absolute, without a slash at the end: the one in use, and where there is a second, the one for when it fails. */
  endpoints: string[]
  site: string
  /** Selectors by slot, as the tag carries them. */
  slots: { [slot: string]: string }
}

/** A page as a browser's parser reads it. */
export interface Page {
  url: string
  /** In the order of the document. @throws Error for a selector that cannot be read. */
  all(selector: string): PageElement[]
  /** The same within open declarative shadow roots, in which the tag finds slots, too. */
  allInOpenRoots(selector: string): PageElement[]
  /** The same within closed ones, and the roots below them, which no script of another can reach. */
  allInClosedRoots(selector: string): PageElement[]
  tag: PageTag | undefined
  /** Values of the header and of the meta elements. */
  policies: string[]
}

/** Reads `data-slots`; a value that is no selector by name is left out. */
function slotsOf(json = '{}'): { [slot: string]: string } {
  try {
    const entries = Object.entries(Object(JSON.parse(json)) as object)
    return Object.fromEntries(entries.filter(([, selector]) => typeof selector === 'string'))
  } catch {
    return {}
  }
}

function resolved(address: string, base: string): string {
  return URL.canParse(address, base) ? new URL(address, base).href : base
}

function tagOf(element: PageElement, base: string): PageTag {
  const { src, 'data-endpoint': endpoint, 'data-site': site = '', 'data-slots': slots } = element.attribs
  const address = src === undefined ? undefined : resolved(src, base)
  const place = endpoint ?? address?.replace(/\/[^/]*$/, '') ?? '/pp'
  const endpoints = place.split(' ').map((one) => resolved(one, base).replace(/\/$/, ''))
  return { element, src: address, endpoints, site, slots: slotsOf(slots) }
}

/** Chromium's own limit. The parser looks through all open elements again and again, so depth costs it quadratic time. */
export const MAX_PAGE_DEPTH = 512

/** True for a template that the parser turns into a shadow root (HTML Standard, 4.12.3 `shadowrootmode`). */
function isShadowRoot({ name, attribs }: PageElement): boolean {
  return name === 'template' && /^(open|closed)$/i.test(attribs['shadowrootmode'] ?? '')
}

function isOpenRoot(element: PageElement): boolean {
  return isShadowRoot(element) && /^open$/i.test(element.attribs['shadowrootmode'] ?? '')
}

/**
 * Finds all elements in these templates and in the shadow roots below them that `enters` lets in. What is in other templates is not in
 * the page.
 */
function elementsIn(templates: readonly PageElement[], enters: (template: PageElement) => boolean): PageElement[] {
  const found: PageElement[] = []
  const left: PageNode[] = [...templates]
  for (let node = left.pop(); node; node = left.pop()) {
    if (!('children' in node)) continue
    if ('attribs' in node && !enters(node)) {
      if (!isShadowRoot(node)) found.push(node)
      if (node.name === 'template') continue
    }
    for (const child of node.children) left.push(child)
  }
  return found
}

/** A tree that is never deeper than a browser's. */
function boundedAdapter(): typeof adapter {
  let depth = 0
  return {
    ...adapter,
    onItemPush() {
      depth++
      if (depth > MAX_PAGE_DEPTH)
        throw new Error(`the page nests its elements deeper than ${MAX_PAGE_DEPTH}, as no browser does`)
    },
    onItemPop() {
      depth--
    },
  }
}

/**
 * Parses a page.
 * @param url where it came from.
 * @throws Error for one that is nested too deeply.
 */
export function parsePage(html: string, url: string, policyHeader: string | null): Page {
  const document = parse(html, { treeAdapter: boundedAdapter() })
  const all = (selector: string): PageElement[] => selectAll<PageNode, PageElement>(selector, document)
  const [element] = all('script[data-site]')
  const templates = all('template')
  const inOpenRoots = elementsIn(templates.filter(isOpenRoot), isOpenRoot)
  const reached = new Set(inOpenRoots)
  const inClosedRoots = elementsIn(templates.filter(isShadowRoot), isShadowRoot).filter((one) => !reached.has(one))
  const metas = all('meta[http-equiv]').filter(({ attribs }) =>
    /^content-security-policy$/i.test(attribs['http-equiv'] ?? ''),
  )
  const policies = [policyHeader ?? '', ...metas.map(({ attribs }) => attribs['content'] ?? '')]
  const base = resolved(all('base[href]')[0]?.attribs['href'] ?? '', url)
  return {
    url,
    all,
    allInOpenRoots: (selector) => inOpenRoots.filter(compile<PageNode, PageElement>(selector)),
    allInClosedRoots: (selector) => inClosedRoots.filter(compile<PageNode, PageElement>(selector)),
    tag: element && tagOf(element, base),
    // A list of policies in one field is separated by commas (CSP 3, 2.2).
    policies: policies.flatMap((policy) => policy.split(',')).filter((policy) => policy.trim() !== ''),
  }
}
