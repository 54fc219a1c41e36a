import fc from 'fast-check'
import { parse } from 'parse5'
import { expect, test } from 'vitest'
import { readCatalog } from '../../src/catalog/load.ts'
import { roomStyles } from '../../src/snippet/room.ts'
import { createSnippet, localTag } from '../../src/snippet/tag.ts'

const siteWith = (slots: string) =>
  readCatalog(`site: shop\norigins: [https://www.shop.example]\nslots:\n${slots}\n`, 'c.yaml')

const hero = siteWith("  hero: { selector: 'header > .hero', reserve: { 768: 160, 0: 220.5 } }\n  offer: {}")

const snippetOf = (site: typeof hero, stub = 'queue()') =>
  createSnippet('own-origin', { site, endpoint: '/pp', runtime: 'go()', stub })

test('slots that reserve room get a style sheet before the tag, widths from the narrowest on', () => {
  const { tag, styles } = snippetOf(hero)
  expect(styles.split('\n')).toEqual([
    '[data-pp-slot="hero"]{min-block-size:220.5px}',
    'header > .hero{min-block-size:220.5px}',
    '@media(min-width:768px){[data-pp-slot="hero"]{min-block-size:160px}}',
    '@media(min-width:768px){header > .hero{min-block-size:160px}}',
  ])
  expect(tag.startsWith(`<style>${styles}</style>\n<script>queue()</script>\n<script `)).toBe(true)
  expect(localTag(hero, '').startsWith(`<style>${styles}</style>\n<script `)).toBe(true)
})

test('a policy allows the style sheet by its hash', () => {
  // By `openssl dgst -sha256 -binary | base64`, of what stands between the tags.
  const { csp } = snippetOf(siteWith('  hero: { reserve: { 0: 100 } }'))
  expect(csp).toEqual([
    expect.stringMatching(/^script-src 'self' 'sha256-/),
    "style-src 'self' 'sha256-KMn93BfFs9W1xzBF7G8n1gXQD9RzNq2nZ/HcqGzYNto='",
    "connect-src 'self'",
  ])
})

test('without reserved room there is neither a style sheet nor a directive for one', () => {
  const { tag, styles, csp } = snippetOf(siteWith('  hero: {}'))
  expect([tag.startsWith('<script>queue()'), styles, csp.length]).toEqual([true, '', 2])
})

test('reserved room stays in the page: no decision knows of it', () => {
  expect(hero.catalog.slots).toEqual([{ name: 'hero', selector: 'header > .hero' }, { name: 'offer' }])
})

/** Texts of the head's style elements, and the number of its other elements. */
function headOf(html: string): { styles: string[]; others: number } {
  const document = parse(`<!doctype html><head>${html}<title>T</title></head><body></body>`)
  const [root] = document.childNodes.filter((node) => node.nodeName === 'html')
  const [head] = root && 'childNodes' in root ? root.childNodes : []
  const nodes = head && 'childNodes' in head ? head.childNodes : []
  return {
    styles: nodes
      .filter(({ nodeName }) => nodeName === 'style')
      .map((node) =>
        ('childNodes' in node ? node.childNodes : []).map((text) => ('value' in text ? text.value : '')).join(''),
      ),
    others: nodes.filter(({ nodeName }) => !/^(style|title|#text)$/.test(nodeName)).length,
  }
}

test.each([
  [
    String.raw`a[title="</style><script>alert(1)</script>"]`,
    String.raw`a[title="\3c /style>\3c script>alert(1)\3c /script>"]`,
  ],
  [String.raw`a[title="\</style>"]`, String.raw`a[title="\3c /style>"]`],
  [String.raw`a[title="\\</style>"]`, String.raw`a[title="\\\3c /style>"]`],
])('a selector cannot end the style element: %s', (selector, written) => {
  const styles = roomStyles([{ slot: 'hero', selector, sizes: [[0, 10]] }])
  expect(styles.split('\n')[1]).toBe(`${written}{min-block-size:10px}`)
  expect(headOf(`<style>${styles}</style>`)).toEqual({ styles: [styles], others: 0 })
})

test('no selector whatever ends the style element', () => {
  const pieces = fc.constantFrom('</style>', '<', '\\', '"', "'", '<!--', '</STYLE ', '/', 'a', '[', ']', ' ')
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }), (parts) => {
      const styles = roomStyles([{ slot: 'hero', selector: parts.join(''), sizes: [[0, 10]] }])
      expect(styles.replace(/\[data-pp-slot="hero"\]/, '')).not.toContain('<')
    }),
  )
})
