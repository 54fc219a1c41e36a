import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { decide, explain } from 'prepaint/engine'
import { type JsonObject, SLOT_NAME } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { instantMs } from '../../src/catalog/instant.ts'
import { loadCatalog, readCatalog } from '../../src/catalog/load.ts'
import { CatalogError } from '../../src/catalog/problem.ts'
import { problems } from '../support/catalog-problems.ts'
import { temporaryDirectory } from '../support/start-service.ts'

const HEAD = 'site: shop\norigins: [https://www.shop.example]\nslots: { hero: {} }\n'

function audience(condition: string): string {
  return `${HEAD}audiences:\n  target: ${condition}\n`
}

function experience(rest: string): string {
  return `${HEAD}experiences:\n  - id: one\n    slot: hero\n    ${rest}\n    variants: [{ id: a }]\n`
}

test.each<[condition: string, problem: string]>([
  ['{ page.campaign: 2026 }', "5:28: page.campaign is a text, so it is never 2026: write '2026'"],
  ['{ page.campaign: { $eq: true } }', "5:35: page.campaign is a text, so it is never true: write 'true'"],
  ['{ page.term: { $in: [90210, shoes] } }', "5:32: page.term is a text, so it is never 90210: write '90210'"],
  ['{ page.campaign: { $ne: 5 } }', "5:35: page.campaign is a text, so it is never 5: write '5'"],
  ['{ page.campaign: { $not: { $ini: [5] } } }', "5:43: page.campaign is a text, so it is never 5: write '5'"],
  ['{ $or: [{ $and: [{ user.id: 7 }] }] }', "5:40: user.id is a text, so it is never 7: write '7'"],
  ['{ page.path: [/a, /b] }', '5:24: page.path is a text, so it is never ["/a","/b"]'],
  ['{ page.path: null }', '5:24: page.path is never null'],
  ['{ page.path: { $exists: false } }', '5:26: page.path is never missing'],
  ['{ page.path: { $gt: 5 } }', '5:26: page.path is a text and has no order with 5'],
  ['{ page.path: { $size: 5 } }', '5:26: page.path is a text and never a list'],
  ['{ page.path: { $all: [/a] } }', '5:26: page.path is a text and never a list'],
  ['{ page.path: { $elemMatch: { $eq: /a } } }', '5:26: page.path is a text and never a list'],
  ['{ page.path: { $type: number } }', '5:26: page.path is a text and never of type "number"'],
  ["{ events.Order Completed: '3' }", '5:37: events.Order Completed is a number, so it is never "3"'],
  ["{ events.Order Completed: { $gte: '3' } }", '5:39: events.Order Completed is a number and has no order with "3"'],
  ["{ pageViews: { $regex: '^3' } }", '5:26: pageViews is a number, and patterns are found in texts'],
  ["{ pageViews: { $vgt: '1.0' } }", '5:26: pageViews is a number and no version such as "1.0"'],
  ['{ pageViews: { $lt: 0 } }', '5:26: pageViews is never $lt 0: it is 0 to Infinity'],
  ['{ pageViews: 1.5 }', '5:24: pageViews is never 1.5: it is a whole number'],
  ['{ time.hour: 24 }', '5:24: time.hour is never 24: it is 0 to 23'],
  ['{ time.hour: { $gt: 23 } }', '5:26: time.hour is never $gt 23: it is 0 to 23'],
  [
    '{ time.weekday: Monday }',
    '5:27: time.weekday is never "Monday": it is one of monday, tuesday, wednesday, thursday, friday, saturday, sunday',
  ],
  ['{ page.device: phone }', '5:26: page.device is never "phone": it is one of mobile, tablet, desktop'],
  ['{ session.isNew: 1 }', '5:28: session.isNew is true or false, so it is never 1'],
  ['{ geo.country: ch }', '5:26: geo.country is never "ch": it is written as in CH (ISO 3166-1 alpha-2)'],
  [
    '{ geo.country: { $in: [CH, Germany] } }',
    '5:38: geo.country is never "Germany": it is written as in CH (ISO 3166-1 alpha-2)',
  ],
  ['{ geo.city: S%C3%A3o Paulo }', '5:23: geo.city is never "S%C3%A3o Paulo": it is compared decoded: write São Paulo'],
  [
    '{ page.campaign: spring%20sale }',
    '5:28: page.campaign is never "spring%20sale": it is compared decoded: write spring sale',
  ],
  ['{ page.path: /größe }', '5:24: page.path is never "/größe": browsers write this path as /gr%C3%B6%C3%9Fe'],
  ['{ page.path: /a b }', '5:24: page.path is never "/a b": browsers write this path as /a%20b'],
  ['{ page.path: /a/../b }', '5:24: page.path is never "/a/../b": browsers write this path as /b'],
  ['{ page.path: shoes }', '5:24: page.path is never "shoes": a path begins with a slash'],
  ["{ page.path: '/a?b=c' }", `5:24: page.path is never "/a?b=c": a path is without query and hash`],
  [
    '{ page.referrer: https://www.google.com/ }',
    '5:28: page.referrer is never "https://www.google.com/": it is a host alone, here www.google.com',
  ],
  ['{ page.referrer: Google.com }', '5:28: page.referrer is never "Google.com": it is a host alone, here google.com'],
  [
    '{ page.referrer: münchen.de }',
    '5:28: page.referrer is never "münchen.de": it is a host alone, here xn--mnchen-3ya.de',
  ],
  ['{ page.language: de_CH }', '5:28: page.language is never "de_CH": it is written as in de-CH'],
  ['{ time.zone: CET }', '5:24: time.zone is never "CET": it is written as in +02:00'],
  ['{ traits.age: { $gt: 65, $lt: 18 } }', '5:25: no number is between 65 and 18'],
  ['{ traits.age: { $gte: 18, $lt: 18 } }', '5:25: no number is between 18 and 18'],
  ['{ traits.zip: 00417 }', '5:25: 00417 is read as the number 417: write it so, or in quotes if it is a text'],
  [
    '{ traits.id: 90071992547409931 }',
    '5:24: 90071992547409931 is read as the number 90071992547409940: write it so, or in quotes if it is a text',
  ],
  ['{ traits.id: 0x1F }', '5:24: 0x1F is read as the number 31: write it so, or in quotes if it is a text'],
  ['{ traits.id: .inf }', '5:24: .inf is no number that a catalog can use'],
  ['{ traits.plan: }', '5:13: says nothing: give it a value, or null if that is meant'],
  ['{ traits.plan: {} }', '5:13: expected a value or an operator: an empty condition holds for everybody'],
  ['{ traits.plan: { $not: {} } }', '5:28: expected a value or an operator: an empty condition holds for everybody'],
  [
    '{ traits.list: { $elemMatch: {} } }',
    '5:28: expected a value or an operator: an empty condition holds for everybody',
  ],
  ['{ traits.list: { $elemMatch: { $or: [{}] } } }', '5:42: expected at least one condition'],
  ['{ traits.list: { $size: {} } }', '5:28: expected a value or an operator: an empty condition holds for everybody'],
  ['{ traits.list: { $all: [] } }', '5:28: expected at least one value'],
  ['{ traits.plan: { $in: [] } }', '5:28: expected at least one value'],
  ['{ traits.plan: { $nin: [] } }', '5:28: expected at least one value'],
  ["{ traits.plan: { $regex: '' } }", '5:28: expected a pattern: an empty one is found in every text'],
  ['{}', '5:3: expected at least one condition'],
  ['{ $not: {} }', '5:13: expected at least one condition'],
  ['{ $and: [{}] }', '5:20: expected at least one condition'],
  ['{ $or: [] }', '5:13: expected at least one condition'],
  ['{ traits.name: "\\ud800" }', '5:26: has half of a character, which has no UTF-8'],
])('the condition %s is a mistake with its place', (condition, problem) => {
  const found = problems(audience(condition))
  expect(
    found.map((one) => one.replace(/^5:\d+/, '')),
    found.join('\n'),
  ).toEqual([problem.replace(/^5:\d+/, '')])
  expect(found[0]).toMatch(/^5:\d+: /)
})

test.each([
  '{ page.campaign: "2026" }',
  '{ page.source: null }',
  '{ page.source: { $exists: false } }',
  '{ page.referrer: "" }',
  '{ page.referrer: www.google.com:8080 }',
  '{ page.path: / }',
  '{ page.path: /gr%C3%B6%C3%9Fe }',
  '{ page.path: //a }',
  '{ page.campaign: 50% off }',
  '{ page.campaign: { $ini: [Spring] } }',
  '{ geo.country: NO }',
  '{ geo.country: { $ini: [ch, De] } }',
  '{ page.device: { $ini: [Mobile] } }',
  '{ time.hour: { $gte: 22 } }',
  '{ pageViews: { $gt: 0 } }',
  '{ traits.age: { $gte: 18, $lte: 18 } }',
  '{ traits.zip: "00417" }',
  '{ traits.plan: null }',
  '{ traits.share: 1e-7 }',
  '{ traits.x: { $eq: {} } }',
  '{ traits.app: { $vgte: v1.2.3 } }',
  '{ traits.tags: { $all: [a] } }',
  '{ traits.items: { $elemMatch: { price: { $gt: 5 } } } }',
  '{ page.click: gclid }',
  '{ time.zone: "+05:30" }',
])('the condition %s can hold and is taken', (condition) => {
  expect(problems(audience(condition))).toEqual([])
})

test('members of a group that its attribute can never be are mistakes at the group, each once', () => {
  const text = `${HEAD}groups:
  staff: [1001, '1002']
  countries: [ch]
audiences:
  staff: { user.id: { $inGroup: staff } }
  others: { user.id: { $notInGroup: staff } }
  near: { geo.country: { $inGroup: countries } }
  numbers: { traits.number: { $inGroup: staff } }
`
  expect(problems(text)).toEqual([
    "5:11: user.id is a text, so it is never 1001: write '1001'",
    '6:15: geo.country is never "ch": it is written as in CH (ISO 3166-1 alpha-2)',
  ])
})

test.each([
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-04-31T12:00:00+02:00',
  '2025-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T24:61:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01T00:00:60Z',
  '2026-01-01T00:00:00+24:00',
  '2026-01-01T00:00:00+01:60',
])('%s is no day and time of the calendar, at either end', (text) => {
  for (const key of ['from', 'until']) {
    expect(problems(experience(`${key}: ${text}`))).toEqual([
      `7:${key.length + 7}: ${text} is no day and time of the calendar`,
    ])
  }
})

test('every instant that there is is taken for itself', () => {
  const day = fc.date({ min: new Date(0), max: new Date('2200-01-01T00:00:00Z'), noInvalidDate: true })
  fc.assert(
    fc.property(day, (date) => instantMs(date.toISOString()) === date.getTime()),
    { numRuns: 500 },
  )
  expect(instantMs('2024-02-29T23:59:59+14:00')).toBe(Date.parse('2024-02-29T09:59:59Z'))
})

async function flawOfBytes(bytes: Uint8Array): Promise<string> {
  const file = join(await temporaryDirectory(), 'c.yaml')
  await writeFile(file, bytes)
  const error = await loadCatalog(file).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof CatalogError
    ? error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`).join('\n')
    : String(error)
}

const WORDS = `${HEAD}experiences:\n  - { id: sale, slot: hero, variants: [{ id: a, do: [{ text: 'Größen \ufffd 😀 für jeden' }] }] }\n`

test.each<[name: string, bytes: Uint8Array, flaw: string]>([
  ['Latin-1', Buffer.from(WORDS, 'latin1'), '5:65: byte 0xf6 is no UTF-8: save the file as UTF-8'],
  [
    'one byte behind others',
    Buffer.concat([Buffer.from(WORDS), Buffer.from([0x23, 0x20, 0xe9, 0x0a])]),
    '6:3: byte 0xe9 is no UTF-8: save the file as UTF-8',
  ],
  [
    'a cut character',
    Buffer.concat([Buffer.from(`${WORDS}# `), Buffer.from('😀').subarray(0, 3)]),
    '6:3: byte 0xf0 is no UTF-8: save the file as UTF-8',
  ],
  [
    'a surrogate in three bytes',
    Buffer.concat([Buffer.from('\ufeff# '), Buffer.from([0xed, 0xa0, 0x80])]),
    '1:3: byte 0xed is no UTF-8: save the file as UTF-8',
  ],
  [
    'UTF-16LE',
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(WORDS, 'utf16le')]),
    '1:1: is UTF-16LE: save it as UTF-8',
  ],
  [
    'UTF-16BE',
    Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(WORDS, 'utf16le').swap16()]),
    '1:1: is UTF-16BE: save it as UTF-8',
  ],
  [
    'UTF-16 without a mark',
    Buffer.from('site: shop\n', 'utf16le'),
    '1:2: has a NUL character: is it UTF-16? Save the file as UTF-8',
  ],
])('a file with %s is a mistake at its first bad byte', async (_name, bytes, flaw) => {
  expect(await flawOfBytes(bytes)).toBe(flaw)
})

test('UTF-8 is taken with a byte order mark and with replacement characters that stand in it', async () => {
  expect(await flawOfBytes(Buffer.from(`\ufeff${WORDS}`))).toBe('undefined')
})

test('of very many mistakes the first hundred are told, and how many there are', () => {
  const many = Array.from({ length: 300 }, (_none, index) => `  a${index}: { page.campaign: ${index} }\n`)
  const found = problems(`${HEAD}audiences:\n${many.join('')}`)
  expect([found.length, found.at(-1)]).toEqual([101, '0:0: and 200 more'])
  const unused = Array.from({ length: 300 }, (_none, index) => `  a${index}: { traits.x: ${index} }\n`)
  expect(readCatalog(`${HEAD}audiences:\n${unused.join('')}`, 'c.yaml').warnings).toHaveLength(101)
})

test('a service that starts takes a catalog whose only mistakes do nothing, and warns of each', () => {
  const text = `${HEAD}groups: { old: [00417] }\naudiences:\n  never: { page.campaign: 2026 }\n`
  expect(problems(text)).toHaveLength(2)
  const { warnings } = readCatalog(text, 'c.yaml', undefined, true)
  expect(warnings.map(({ line, message }) => `${line}: ${message}`).slice(0, 2)).toEqual([
    '4: 00417 is read as the number 417: write it so, or in quotes if it is a text',
    "6: page.campaign is a text, so it is never 2026: write '2026'",
  ])
  expect(() => readCatalog(audience('{ traits.plan: {} }'), 'c.yaml', undefined, true)).toThrow('holds for everybody')
})

/** Names that objects inherit, and names that code asks objects for. */
const INHERITED = [
  ...new Set([
    ...[Object, Array, Function].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype)),
    'then',
    'toJSON',
    '0',
    '1',
    '007',
  ]),
]

test('names that objects inherit work for everything that has a name, or are refused by the grammar', () => {
  const facts = {
    visitorId: 'v',
    page: { path: '/', campaign: '', referrer: '', device: 'desktop' as const, language: 'en' },
    nowMs: 0,
  }
  for (const name of INHERITED) {
    const slot = SLOT_NAME.test(name) ? name : 'hero'
    const text = `site: "${name}"\norigins: [https://a.example]\ngroups: { "${name}": [x] }\nslots: { "${slot}": {} }
audiences:\n  "${name}": { "events.${name}": { $gte: 1 }, "traits.${name}": { $inGroup: "${name}" } }
experiences:\n  - { id: "${name}", slot: "${slot}", audience: "${name}", sticky: true, cap: { times: 3 }, variants: [{ id: "${name}", do: [{ text: x }] }] }\n`
    if (name.startsWith('_')) {
      expect(problems(text)[0], name).toMatch(/^1:7: must match pattern/)
      continue
    }
    const { compiled } = readCatalog(text, 'c.yaml')
    const asked = (traits: string, events: string) => {
      const visitor = {
        traits: JSON.parse(traits) as JsonObject,
        events: JSON.parse(events) as { [name: string]: number },
        pageViews: 0,
      }
      const context = { ...facts, visitor }
      return [decide(compiled, context)[0]?.reason, explain(compiled, context)[0]?.experiences[0]?.verdict]
    }
    expect([name, ...asked('{}', '{}')]).toEqual([name, 'no-match', 'audience'])
    expect([name, ...asked(`{"${name}":"x"}`, `{"${name}":1}`)]).toEqual([name, 'match', 'won'])
  }
})

/** A catalog with these slots, one a line from line 4 on. */
function withSlots(count: number, selector: string): string {
  const slots = Array.from({ length: count }, (_none, index) => `  s${index}: { selector: ${selector} }`)
  return `site: shop\norigins: [https://www.shop.example]\nslots:\n${slots.join('\n')}\n`
}

test('a catalog has at most 500 slots, and 65,536 characters in their names and selectors: what is beyond is told with its place', () => {
  const long = `.${'x'.repeat(999)}`
  expect(problems(withSlots(500, '.x'))).toEqual([])
  expect(problems(withSlots(501, '.x'))).toEqual([
    '504:3: more than 500 slots, and each answer holds all of them: split the catalog into sites',
  ])
  expect(problems(withSlots(65, long))).toEqual([])
  expect(problems(withSlots(70, long))).toEqual([
    '69:3: the slots up to this one have more than 65536 characters in names and selectors, and each answer holds all of them: split the catalog into sites',
  ])
})
