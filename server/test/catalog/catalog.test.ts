import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Operation } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { loadCatalog, readCatalog } from '../../src/catalog/load.ts'
import { openSites } from '../../src/catalog/sites.ts'
import { problems } from '../support/catalog-problems.ts'
import { temporaryDirectory } from '../support/start-service.ts'

const HEAD = 'site: agency\norigins: [https://a.example]\nslots: { hero: {} }\n'

function experience(rest: string): string {
  return `${HEAD}experiences:\n  - id: one\n    slot: hero\n    ${rest}\n`
}

function operation(item: string): string {
  return experience(`variants: [{ id: v, do: [{ ${item} }] }]`)
}

function operationsOf(item: string): Operation[] | undefined {
  return readCatalog(operation(item), 'c.yaml').catalog.experiences[0]?.variants[0]?.operations
}

test('a catalog becomes what the engine takes, with every default', () => {
  const text = `${HEAD}audiences: { spring: { page.campaign: spring } }
experiences:
  - { id: one, slot: hero, variants: [{ id: v }] }
  - id: two
    slot: hero
    audience: spring
    from: 2026-03-01T00:00:00Z
    until: 2026-03-01T02:00:00+01:00
    coverage: 0.5
    seed: salt
    variants: [{ id: a, weight: 75, do: [{ text: Hi }] }, { id: b, weight: 25 }]
`
  const site = readCatalog(text, 'c.yaml')
  expect(site).toMatchObject({ name: 'agency', prefix: 'pp', cacheMs: 86_400_000 })
  expect(site.origins).toEqual(new Set(['https://a.example']))
  expect(site.catalog).toEqual({
    version: expect.stringMatching(/^[0-9a-f]{12}$/),
    site: 'agency',
    slots: [{ name: 'hero' }],
    groups: {},
    audiences: { spring: { 'page.campaign': 'spring' } },
    experiences: [
      { id: 'one', slot: 'hero', coverage: 1, seed: 'one', variants: [{ id: 'v', weight: 1, operations: [] }] },
      {
        id: 'two',
        slot: 'hero',
        audience: 'spring',
        fromMs: Date.parse('2026-03-01T00:00:00Z'),
        untilMs: Date.parse('2026-03-01T01:00:00Z'),
        coverage: 0.5,
        seed: 'salt',
        variants: [
          { id: 'a', weight: 0.75, operations: [{ op: 'text', value: 'Hi' }] },
          { id: 'b', weight: 0.25, operations: [] },
        ],
      },
    ],
  })
})

test.each<[item: string, operations: Operation[]]>([
  ['text: "<b>"', [{ op: 'text', value: '<b>' }]],
  ['html: "<b class=x>Spring</b> & more"', [{ op: 'html', value: '<b class="x">Spring</b> &amp; more' }]],
  ['attribute: { name: href, value: /spring }', [{ op: 'attribute', name: 'href', value: '/spring' }]],
  ['attribute: { name: title, value: null }', [{ op: 'attribute', name: 'title', value: null }]],
  [
    'class: { add: [promo, big], remove: [plain] }',
    [
      { op: 'class', name: 'plain', on: false },
      { op: 'class', name: 'promo', on: true },
      { op: 'class', name: 'big', on: true },
    ],
  ],
  ["style: { name: color, value: '#c00' }", [{ op: 'style', name: 'color', value: '#c00' }]],
  ['style: { name: --accent, value: red }', [{ op: 'style', name: '--accent', value: 'red' }]],
  ['background: /a.jpg', [{ op: 'style', name: 'background-image', value: 'url("/a.jpg")' }]],
  [`background: '/a").jpg'`, [{ op: 'style', name: 'background-image', value: 'url("/a%22).jpg")' }]],
  [
    'image: { src: /a.jpg }',
    [
      { op: 'attribute', name: 'data-srcset', value: null },
      { op: 'attribute', name: 'data-src', value: '/a.jpg' },
      { op: 'attribute', name: 'srcset', value: null },
      { op: 'attribute', name: 'src', value: '/a.jpg' },
    ],
  ],
  [
    'image: { src: /a.jpg, srcset: "/a.jpg 1x, /b.jpg 2x", alt: "" }',
    [
      { op: 'attribute', name: 'data-srcset', value: '/a.jpg 1x, /b.jpg 2x' },
      { op: 'attribute', name: 'data-src', value: '/a.jpg' },
      { op: 'attribute', name: 'srcset', value: '/a.jpg 1x, /b.jpg 2x' },
      { op: 'attribute', name: 'src', value: '/a.jpg' },
      { op: 'attribute', name: 'alt', value: '' },
    ],
  ],
])('%s becomes its operations', (item, operations) => {
  expect(operationsOf(item)).toEqual(operations)
})

test.each([
  ["html: '<script>x()</script>'", '<script> is not allowed'],
  ["html: '<p onclick=x()>a</p>'", 'onclick="x()" of <p> is not allowed'],
  ["html: '<iframe src=/a></iframe>'", '<iframe> is not allowed'],
  ["html: '<form></form>'", '<form> is not allowed'],
  ["html: '<p style=color:red>a</p>'", 'style="color:red" of <p> is not allowed'],
  ['html: \'<a href=" java&#x09;script:x()">a</a>\'', 'of <a> is not allowed'],
  ["html: '<svg><a/></svg>'", '<svg> is not allowed'],
  ["html: '<img src=x onerror=x()>'", 'onerror="x()" of <img> is not allowed'],
  ['attribute: { name: onclick, value: x() }', 'attribute onclick cannot be set'],
  ['attribute: { name: style, value: "color:red" }', 'attribute style cannot be set'],
  ...[
    'data-hx-get',
    'data-hx-on',
    'data-bind',
    'data-x-init',
    'data-ng-click',
    'data-bs-content',
    'data-turbo-frame',
    'data-action',
    'data-on-click',
    'data-up-follow',
    'data-remote',
  ].map((name): [string, string] => [
    `attribute: { name: ${name}, value: x }`,
    `attribute ${name} may be run by a library`,
  ]),
  ['html: \'<b data-bind="html: x">a</b>\'', 'data-bind="html: x" of <b> is not allowed'],
  ['attribute: { name: data-link, value: "java\\nscript:x()" }', 'attribute data-link may be run'],
  ['attribute: { name: href, value: "javascript:x()" }', 'href has an address that could run code'],
  ['background: "data:image/svg+xml,x"', 'background has an address'],
  ['image: { src: "javascript:x()" }', 'image has an address'],
  ['image: { src: /a.jpg, srcset: "/a.jpg 1x, javascript:x() 2x" }', 'image has an address'],
  ['style: { name: background, value: "URL(/a.jpg)" }', 'style background loads something'],
  ['style: { name: width, value: "expression(x())" }', 'style width loads something'],
  ['style: { name: color, value: "\\\\75rl(/a)" }', 'style color loads something'],
  ['style: { name: behavior, value: x }', 'behavior is no CSS property'],
  ['style: { name: backgroundColor, value: red }', 'backgroundColor is no CSS property'],
  ['class: { add: ["a b"] }', 'class "a b" has a space'],
  ['class: { remove: ["a\\u00a0b"] }', 'has a space'],
  [
    'html: \'<img srcset="data:image/png;base64,AA 2x">\'',
    'srcset="data:image/png;base64,AA 2x" of <img> is not allowed',
  ],
  ['html: \'<img srcset="/a.jpg 1x,data:x 2x">\'', 'of <img> is not allowed'],
  ['html: \'<source srcset="/a.jpg, data:x">\'', 'of <source> is not allowed'],
  ['attribute: { name: srcset, value: "/a.jpg 1x,data:x 2x" }', 'srcset has an address'],
  ['image: { src: /a.jpg, srcset: "/a.jpg 1x,javascript:x() 2x" }', 'image has an address'],
])('%s is refused at its place', (item, message) => {
  expect(problems(operation(item))).toEqual([expect.stringMatching(/^7:30: /)])
  expect(problems(operation(item))[0]).toContain(message)
})

test.each([
  ['text: a, html: b', 'must not have more than 1 properties'],
  ['', 'must not have fewer than 1 properties'],
])('an item of do with { %s } is no single operation', (item, message) => {
  expect(problems(operation(item))).toEqual([`7:30: ${message}`])
})

test.each<[name: string, text: string, expected: string[]]>([
  ['nothing', '', ['1:1: must be object']],
  ['missing parts', 'site: agency\n', ['1:1: lacks origins, slots']],
  ['an unknown part', `${HEAD}colour: red\n`, ['4:1: unknown or invalid name colour']],
  ['an unknown field', experience('variant: []\n    variants: [{ id: v }]'), ['7:5: unknown or invalid name variant']],
  ['a wrong type', `${HEAD}cacheMinutes: long\n`, ['4:15: must be integer']],
  ['a slot name in capitals', HEAD.replace('hero', 'Hero'), ['3:10: unknown or invalid name Hero']],
  [
    'an origin with a path',
    HEAD.replace('a.example', 'a.example/x'),
    ['2:11: https://a.example/x is no origin: write it as https://www.brand.example'],
  ],
  [
    'an unknown slot',
    experience('variants: [{ id: v }]').replace('slot: hero', 'slot: footer'),
    ['6:11: unknown slot footer: add it under slots'],
  ],
  [
    'an inherited name as slot',
    experience('variants: [{ id: v }]').replace('slot: hero', 'slot: constructor'),
    ['6:11: unknown slot constructor: add it under slots'],
  ],
  [
    'an unknown audience',
    experience('audience: vips\n    variants: [{ id: v }]'),
    ['7:15: unknown audience vips: add it under audiences'],
  ],
  ['an unknown operation', operation('blink: true'), ['7:32: unknown or invalid name blink']],
  [
    'an unknown attribute',
    `${HEAD}audiences:\n  a:\n    $and:\n      - page.path: /\n      - pages.path: /\n`,
    ['8:9: unknown attribute pages.path'],
  ],
  ['an unknown operator', `${HEAD}audiences:\n  a: { page.path: { $like: x } }\n`, ['5:21: unknown operator $like']],
  [
    'an unknown fact of the page',
    `${HEAD}audiences:\n  a: { page.hostname: x }\n`,
    ['5:8: unknown attribute page.hostname'],
  ],
  ['$exists of a text', `${HEAD}audiences:\n  a: { traits.a: { $exists: "no" } }\n`, ['5:20: expected true or false']],
  ['an empty $nor', `${HEAD}audiences:\n  a: { $nor: [] }\n`, ['5:8: expected at least one condition']],
  [
    'an empty class name',
    operation('class: { add: [""] }'),
    [expect.stringMatching(/^7:47: must not have fewer than 1/) as string],
  ],
  ['no weight', experience('variants: [{ id: v, weight: 0 }]'), ['7:33: must be > 0']],
  ['no variant', experience('variants: []'), ['7:15: must not have fewer than 1 items']],
  ['a coverage above 1', experience('coverage: 1.1\n    variants: [{ id: v }]'), ['7:15: must be <= 1']],
  [
    'a variant twice',
    experience('variants: [{ id: v }, { id: v }]'),
    ['7:33: variant v stands twice: ids are unique within an experience'],
  ],
  [
    'a variant named as those who are held out',
    `holdout: { share: 0.1, seed: a }\n${experience('variants: [{ id: v }, { id: holdout }]')}`,
    ['8:33: holdout is the variant of visitors who are held out: give this one another name'],
  ],
  [
    'an end that is the start',
    experience('from: 2026-03-01T01:00:00+01:00\n    until: 2026-03-01T00:00:00Z\n    variants: [{ id: v }]'),
    ['8:12: until must be later than from: it would never run'],
  ],
  [
    'a date without a time',
    experience('from: 2026-03-01\n    variants: [{ id: v }]'),
    [expect.stringMatching(/^7:11: must match pattern/) as string],
  ],
  [
    'a date that does not exist',
    experience('from: 2026-13-01T00:00:00Z\n    variants: [{ id: v }]'),
    ['7:11: 2026-13-01T00:00:00Z is no day and time of the calendar'],
  ],
  ['a key twice', `${HEAD}site: other\n`, ['4:1: Map keys must be unique']],
  [
    'an alias',
    `${HEAD.replace('{}', '&a {}')}experiences: [*a]\n`,
    ['4:15: aliases are not supported: write the value out'],
  ],
  ['an unknown tag', `${HEAD}prefix: !!js/function x\n`, [expect.stringMatching(/^4:9: Unresolved tag/) as string]],
  ['two documents', `${HEAD}---\n${HEAD}`, [expect.stringContaining('multiple documents') as string]],
  [
    'an experience twice',
    `${HEAD}experiences:\n${'  - { id: one, slot: hero, variants: [{ id: v }] }\n'.repeat(2)}`,
    ['6:11: experience one stands twice: ids are unique'],
  ],
])('a catalog with %s is refused with line and column', (_name, text, expected) => {
  expect(problems(text)).toEqual(expected)
})

test.each([
  'script',
  'head > SCRIPT',
  'script#x.y[a="b"]',
  'div, main iframe',
  'a~embed',
  'a+object',
  '*|base',
  ':is(script, p)',
  'p:where(a b, :is(c, d > link))',
  'meta:not(.x)',
  'frame:nth-child(2n + 1)',
  '\\73 cript',
  '\\script',
  's/**/, style',
  'div[title="a, b"] > script',
  ':is(script):not(:has(a))',
])('the selector %s names what can be no slot', (selector) => {
  const [problem, ...more] = problems(HEAD.replace('{}', `{ selector: ${JSON.stringify(selector)} }`))
  expect([problem, more]).toEqual([expect.stringMatching(/^3:28: <[a-z]+> can be no slot/), []])
})

test.each([
  '.script',
  '#style',
  'script + p',
  'div:not(script)',
  'p:has(> script)',
  '[data-x="script"]',
  'script-card',
  'x-link',
  'div[title=", script"]',
  '.md\\:flex, .a\\,script',
  'style > b',
  ':is(script, p) > b',
  'p:nth-child(2 of .link)',
])('the selector %s is taken', (selector) => {
  expect(problems(HEAD.replace('{}', `{ selector: ${JSON.stringify(selector)} }`))).toEqual([])
})

test('what libraries run is set only where the catalog allows it, and plain data always', () => {
  const item = 'attribute: { name: data-hx-get, value: /x }'
  expect(problems(operation(item))).toHaveLength(1)
  expect(problems(`executableAttributes: true\n${operation(item)}`)).toEqual([])
  for (const name of ['data-sku', 'data-price', 'data-testid', 'data-campaign', 'data-src', 'data-index']) {
    expect(problems(operation(`attribute: { name: ${name}, value: x }`))).toEqual([])
  }
})

test('a sound srcset is taken in every way of writing it', () => {
  for (const srcset of ['/a.jpg', ' /a.jpg 1x ,/b.jpg 2x', '/a.jpg 100w,\n/b.jpg 200w', '/a,b.jpg 1x']) {
    const html = `<img src="/a.jpg" srcset="${srcset}" alt="">`
    expect([srcset, problems(operation(`html: ${JSON.stringify(html)}`))]).toEqual([srcset, []])
  }
})

test('all mistakes are reported at once', () => {
  const text =
    `${HEAD}audiences: { a: { x: 1 }, b: { y: 1 } }\nexperiences:\n` +
    '  - { id: one, slot: no, audience: none, variants: [{ id: v, do: [{ background: "data:x" }] }] }\n'.repeat(2)
  expect(problems(text)).toHaveLength(9)
})

test('a text that unfolds or nests without measure is refused quickly', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
    .split('')
    .map((key, index) => {
      const alias = `*${'abcdefgh'[index]}`
      return `${key}: &${key} [${Array.from({ length: 9 }, () => alias).join()}]`
    })
    .join('\n')}\n`
  expect(problems(bomb)[0]).toContain('aliases are not supported')
  expect(problems(`site: ${'['.repeat(100_000)}`).length).toBeGreaterThan(0)
  expect(problems(`site: ${'['.repeat(70)}${']'.repeat(70)}`)[0]).toContain('nested deeper than 64 levels')
})

test('a file that is missing, or longer than its limit, is refused by its name', async () => {
  const directory = await temporaryDirectory()
  const file = join(directory, 'c.yaml')
  await expect(loadCatalog(file)).rejects.toThrow(`${file}: cannot be read (ENOENT)`)
  const text = HEAD.padEnd(1_048_576, '\n')
  await writeFile(file, text)
  expect((await loadCatalog(file, { maxMb: 1 })).name).toBe('agency')
  await writeFile(file, `${text}\n`)
  await expect(loadCatalog(file, { maxMb: 1 })).rejects.toThrow('is larger than 1048576 bytes')
  await expect(openSites([file], 1)).rejects.toThrow('raise --max-catalog-mb')
  expect((await loadCatalog(file, { maxMb: 2 })).name).toBe('agency')
})

test('catalogs of several sites are loaded together, and two of one site are refused', async () => {
  const directory = await temporaryDirectory()
  const [one, two, twin] = ['one', 'two', 'twin'].map((name) => join(directory, name)) as [string, string, string]
  await writeFile(one, HEAD)
  await writeFile(two, HEAD.replace('agency', 'other'))
  await writeFile(twin, HEAD)
  const sites = await openSites([one, two])
  expect(['agency', 'other', 'third'].map((name) => sites.get(name)?.name)).toEqual(['agency', 'other', undefined])
  await expect(openSites([one, twin])).rejects.toThrow(`${twin}: site agency is already described by ${one}`)
  await writeFile(two, 'site: other\n')
  await writeFile(twin, 'slots: 1\n')
  await expect(openSites([one, two, twin])).rejects.toThrow(new RegExp(`${two}:1:1: .*\\n${twin}:1:1: `))
})
