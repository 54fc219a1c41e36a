import { createHash } from 'node:crypto'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { expect, test } from 'vitest'
import { htmlOf } from '../../src/report/html.ts'
import type { Report } from '../../src/report/report.ts'
import { madeUpReport } from './fixtures/made-up-report.ts'

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element

const report = madeUpReport()
const page = htmlOf(report)

/** The page's words: its numbers do not break before their percent sign. */
const words = page.replaceAll('\u00a0', ' ')

/** Elements of a page in their order, as a browser would have them. */
function elementsOf(text: string): Element[] {
  const walk = (node: Node): Element[] => [
    ...('tagName' in node ? [node] : []),
    ...('childNodes' in node ? node.childNodes.flatMap(walk) : []),
  ]
  return walk(parse(text))
}

function textOf(node: Node): string {
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attrs.find((one) => one.name === name)?.value
}

/** The report with another text in place of some of its names. */
function renamed(name: string): Report {
  const quoted = JSON.stringify(name).slice(1, -1)
  const names = /"(shop|4f1d0c9e|home_hero|hero|control|flowers|holdout|purchase|mobile|search|EUR)"/g
  const text = JSON.stringify(report).replaceAll(names, () => `"${quoted}"`)
  return JSON.parse(text.replaceAll(/flowers earns|Look at late/g, () => quoted)) as Report
}

test('a page begins with the sentence on the site as a whole, and has the sentence of each experience', () => {
  const elements = elementsOf(words)
  const [title] = elements.filter(({ tagName }) => tagName === 'h1')
  expect(title && textOf(title)).toBe(report.whole?.verdict.sentence)
  const sentences = elements.filter((one) => attribute(one, 'class') === 'sentence').map(textOf)
  expect(sentences).toHaveLength(report.experiences.length)
  for (const [index, { verdict }] of report.experiences.entries()) {
    expect(verdict.sentence.startsWith(sentences[index] ?? '?')).toBe(true)
    expect(words).toContain(verdict.sentence.slice(sentences[index]?.length).trim())
  }
})

test('a page says what is withheld, and shows no effect of it in the overview', () => {
  const warning = elementsOf(page).find((one) => attribute(one, 'class') === 'warning')
  expect(warning && textOf(warning).replaceAll(/\s+/g, ' ')).toContain('One verdict is withheld,')
  expect(warning && textOf(warning)).toContain('checkout_trust')
  const listed = elementsOf(page).find((one) => one.tagName === 'li' && attribute(one, 'class') === 'tone-withheld')
  expect(listed && textOf(listed)).toContain('not shown while withheld')
  expect(listed && textOf(listed)).not.toContain('+20 %')
  expect(page).toContain('The groups are not as large as their shares want.')
})

test('each plot says its numbers to those who cannot see it, and has a table beside it', () => {
  const elements = elementsOf(page)
  const plots = elements.filter((one) => attribute(one, 'class') === 'plot')
  const withInterval = [report.whole, ...report.experiences].flatMap((one) => {
    const [goal] = one?.goals ?? []
    const metric = goal?.comparisons[0]?.metric
    return (goal?.comparisons ?? []).filter((comparison) => comparison.metric === metric && comparison.interval)
  })
  expect(plots).toHaveLength(withInterval.length)
  for (const plot of plots) {
    expect(attribute(plot, 'role')).toBe('img')
    expect(attribute(plot, 'aria-label')).toMatch(/^Effect of \S+ against \S+ by day: .+ % \(.+ %\) on \d+ \w+ 2026\.$/)
  }
  const captions = elements.filter(({ tagName }) => tagName === 'caption').map(textOf)
  for (const { variant } of withInterval) expect(captions).toContain(`Effect of ${variant} over time`)
  const tables = elements.filter(({ tagName }) => tagName === 'table')
  expect(captions).toHaveLength(tables.length)
})

test('a page loads nothing, runs nothing, and its policy allows its own style sheet alone', () => {
  const elements = elementsOf(page)
  const [style, ...others] = elements.filter(({ tagName }) => tagName === 'style')
  expect(others).toEqual([])
  const hash = createHash('sha256')
    .update(style ? textOf(style) : '')
    .digest('base64')
  const policy = elements.find((one) => attribute(one, 'http-equiv') === 'Content-Security-Policy')
  expect(attribute(policy, 'content')).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
  )
  expect(style && textOf(style)).not.toMatch(/url\(|@import/)
  const names = new Set(elements.flatMap(({ attrs }) => attrs.map(({ name }) => name)))
  for (const name of ['src', 'srcset', 'style', 'action', 'data', 'xlink:href']) expect(names).not.toContain(name)
  expect(elements.filter((one) => !(attribute(one, 'href') ?? '#').startsWith('#'))).toEqual([])
  expect(elements.filter(({ tagName }) => /^(script|link|iframe|object|img|base|form)$/.test(tagName))).toEqual([])
})

test.each([
  '</title></style><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)' x='",
  '<!--<svg onload=alert(1)>',
  '&lt;b&gt; &amp; `$' + '{x}',
  '\u202egnp.exe \u0000 \u001b[2J',
  '$& $1 \\u003cb>',
])('names and sentences of others stay text: %j', (name) => {
  const text = htmlOf(renamed(name), { note: name })
  const shape = (one: Element): string =>
    [one.tagName, ...one.attrs.map((found) => found.name)].join(' ').replace(/ d$/, '')
  const [ours, theirs] = [htmlOf(renamed('x'), { note: 'x' }), text].map((one) => elementsOf(one).map(shape))
  expect(theirs).toEqual(ours)
  expect(text).not.toMatch(/[\u0000\u001b\u202e]/)
  const [note] = elementsOf(text).filter((one) => attribute(one, 'class') === 'note')
  expect(note && textOf(note)).toBe(name.replaceAll(/[\u0000\u001b\u202e]/g, '\ufffd'))
})

test('a note stands above everything else, and is left out if there is none', () => {
  const noted = htmlOf(report, { note: 'Made-up history.' })
  expect(noted.indexOf('Made-up history.')).toBeLessThan(noted.indexOf('<main>'))
  expect(page).not.toContain('role="note"')
})

test('a site without a holdout says that nobody knows what personalisation has earned', () => {
  const { v, site, catalog, atMs, confidence, erased, experiences } = report
  const remarks = [{ code: 'no_holdout', message: 'The catalog has no holdout.' }]
  const bare = htmlOf({ v, site, catalog, atMs, interval: 'fixed', confidence, erased, experiences, remarks })
  const [title] = elementsOf(bare).filter(({ tagName }) => tagName === 'h1')
  expect(title && textOf(title)).toBe('What personalisation as a whole has earned is not measured.')
  expect(bare).toContain('The catalog has no holdout.')
  expect(bare).toContain('holds for one look at a time that was set before')
})

test('a page is small: 300 KB hold 20 experiences with their plots and tables', () => {
  const [first] = report.experiences
  if (!first) throw new Error('no experience')
  expect(Buffer.byteLength(htmlOf({ ...report, experiences: Array.from({ length: 20 }, () => first) }))).toBeLessThan(
    300_000,
  )
})
