import { createHash } from 'node:crypto'
import type { Site } from '../catalog/site.ts'
import { roomStyles } from './room.ts'

/** Markup that a brand puts into its pages. */
export interface Snippet {
  /** First in the page's head: the room that slots reserve, the command queue, and the tag. */
  tag: string
  /** The style sheet of that room, for a page that has it in a file instead; empty where no slot reserves any. */
  styles: string
  /** Directives that the page's Content-Security-Policy needs, where it has one. */
  csp: string[]
  /** One more, for a page whose policy requires Trusted Types. */
  cspTrustedTypes: string
  /** Brings the service to the page's own origin. */
  nginx: string
}

/** Makes a {@link Snippet}. */
export interface SnippetOptions {
  site: Site
  /** Path of the service on the page's origin, without a slash at the end. */
  endpoint: string
  /** The tag's script. */
  runtime: string
  /** The command queue's script. */
  stub: string
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function attributesOf({ name, prefix, catalog }: Site): string {
  const selectors = catalog.slots.filter(({ selector }) => selector !== undefined)
  const slots = Object.fromEntries(selectors.map(({ name: slot, selector }) => [slot, selector]))
  const attributes = {
    'data-site': name,
    ...(selectors.length > 0 ? { 'data-slots': JSON.stringify(slots) } : {}),
    ...(prefix === 'pp' ? {} : { 'data-prefix': prefix }),
  }
  return Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`)
    .join('')
}

/** Streams of live slots stay open, and what is gathered or compressed comes late. */
function streamRule(endpoint: string): string[] {
  return [
    `location = ${endpoint}/v1/live {`,
    '  proxy_pass http://127.0.0.1:4310/v1/live;',
    '  proxy_http_version 1.1;',
    '  proxy_set_header Connection "";',
    '  proxy_set_header Cookie "";',
    '  proxy_buffering off;                # what is told must come at once',
    '  gzip off;',
    '  proxy_read_timeout 1h;              # a stream stays open; it says something each 15 s',
    '}',
  ]
}

function nginxRule(endpoint: string, hasLiveSlots: boolean): string {
  return [
    `location ${endpoint}/ {`,
    '  proxy_pass http://127.0.0.1:4310/;  # the slash at the end strips the prefix',
    '  proxy_http_version 1.1;',
    '  proxy_set_header Connection "";     # keeps connections to the service open',
    '  proxy_set_header Cookie "";         # the service reads none',
    '  client_max_body_size 64k;',
    '  proxy_read_timeout 5s;',
    '  # Origin, Sec-Fetch-Site, Sec-GPC, User-Agent, Accept-Language and Set-Cookie must pass as they are.',
    '}',
    ...(hasLiveSlots ? streamRule(endpoint) : []),
  ].join('\n')
}

/** The command queue in the page itself: calls are safe there before the tag has come, and where it never comes; nothing in a checkout before its first build. */
function inlineStub(stub: string): string {
  return stub && `<script>${inlineScript(stub)}</script>\n`
}

function inlineStyles(styles: string): string {
  return styles && `<style>${styles}</style>\n`
}

/** The source of a Content-Security-Policy that allows an inline script or style sheet. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** The script between its tags, without the comment that leads to a source map beside it. */
function inlineScript(runtime: string): string {
  const script = runtime.replace(/\n?\/\/# sourceMappingURL=\S*\s*$/, '').trim()
  if (/<\/script|<!--/i.test(script)) throw new Error('the runtime cannot be inlined: it holds the end of a script')
  return script
}

/** Each way to deliver the tag. The late chunk comes from the page's own origin in all of them. */
export const deliveries = {
  inline: ({ site, endpoint, runtime }: SnippetOptions): string =>
    `<script${attributesOf(site)} data-endpoint="${escapeAttribute(endpoint)}">${inlineScript(runtime)}</script>`,
  /** Nothing waits for the tag; until it comes slots may show their own content. */
  async: ({ site, endpoint }: SnippetOptions): string =>
    `<script async src="${escapeAttribute(endpoint)}/prepaint.js"${attributesOf(site)}></script>`,
  'own-origin': ({ site, endpoint }: SnippetOptions): string =>
    `<script src="${escapeAttribute(endpoint)}/prepaint.js"${attributesOf(site)}></script>`,
}

/** Name of a {@link deliveries way}. */
export type Delivery = keyof typeof deliveries

/** Everything for one way of delivery. */
export function createSnippet(delivery: Delivery, options: SnippetOptions): Snippet {
  const inlined = [options.stub, ...(delivery === 'inline' ? [options.runtime] : [])]
    .filter((script) => script !== '')
    .map(inlineScript)
  const styles = roomStyles(options.site.rooms)
  return {
    tag: inlineStyles(styles) + inlineStub(options.stub) + deliveries[delivery](options),
    styles,
    csp: [
      ["script-src 'self'", ...inlined.map(hashOf)].join(' '),
      ...(styles ? [`style-src 'self' ${hashOf(styles)}`] : []),
      "connect-src 'self'",
    ],
    cspTrustedTypes: 'trusted-types prepaint',
    nginx: nginxRule(
      options.endpoint,
      options.site.compiled.slots.some(({ isLive }) => isLive),
    ),
  }
}

/** The tag for a page on one's own machine, beside `dev` with its own settings; everybody is taken to have agreed. */
export function localTag(site: Site, stub: string): string {
  return `${inlineStyles(roomStyles(site.rooms))}${inlineStub(stub)}<script src="http://127.0.0.1:4310/prepaint.js"${attributesOf(site)} data-consent="granted"></script>`
}
