import { compileFeatures, explain, memberships } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { createReadAside } from '../../src/catalog/aside.ts'
import { readCatalog } from '../../src/catalog/load.ts'
import { problems } from '../support/catalog-problems.ts'

const HEAD = 'site: shop\norigins: [https://www.shop.example]\nslots: { hero: {} }\n'

function feature(declaration: string): string {
  return `${HEAD}features:\n  one: ${declaration}\n`
}

test('a site has the features that its catalog declares, and one of each definition', () => {
  const site = readCatalog(
    `${HEAD}groups: { shoes: [sneakers, boots, sneakers] }
features:
  viewed: { kind: count, event: Product Viewed, within: 7d }
  looked-at: { within: 168h, event: Product Viewed, kind: count }
  shoes: { kind: ever, event: Product Viewed, where: { category: { $inGroup: shoes }, price: { $gt: 10 } } }
`,
    'c.yaml',
  )
  expect(site.features.map(({ definition }) => definition)).toEqual([
    { kind: 'count', event: 'Product Viewed', withinMs: 7 * 86_400_000 },
    {
      kind: 'ever',
      event: 'Product Viewed',
      where: { category: { $inGroup: 'shoes' }, price: { $gt: 10 } },
      groups: { shoes: ['boots', 'sneakers'] },
    },
  ])
  for (const { id } of site.features) expect(id).toMatch(/^[0-9a-f]{16}$/)
  const { fold } = compileFeatures(site.features)
  const properties = { category: 'boots', price: 11 }
  const states = fold({}, { name: 'Product Viewed', atMs: 1_000, hash: '0badcafe0bad', properties })
  expect(Object.keys(states)).toEqual(site.features.map(({ id }) => id))
})

test.each<[declaration: string, problem: string]>([
  ['{ kind: total, event: E }', '5:16: must be one of count, sum, since, first, last, distinct, top, ever, session'],
  ['{ event: E }', '5:8: lacks kind'],
  ['{ kind: sum, event: E, within: 1d }', '5:8: a feature of kind sum lacks of'],
  ['{ kind: sum, event: E, of: price }', '5:8: a feature of kind sum lacks within'],
  ['{ kind: count, within: 1d }', '5:8: a feature of kind count lacks event'],
  ['{ kind: ever, event: E, within: 1d }', '5:40: a feature of kind ever takes no within'],
  ['{ kind: session, timeout: 30m, of: a }', '5:43: a feature of kind session takes no of'],
  ['{ kind: count, event: E, within: 0d }', '5:41: expected a time such as 30m, 12h or 7d, from 1m to 400d'],
  ['{ kind: top, event: E, of: a, halfLife: 7 days }', '5:48: expected a time such as 30m, 12h or 7d, from 1m to 400d'],
  ['{ kind: session, timeout: 30s }', '5:34: expected a time such as 30m, 12h or 7d, from 1m to 400d'],
  ['{ kind: count, event: E, within: 401d }', '5:41: expected a time such as 30m, 12h or 7d, from 1m to 400d'],
  ["{ kind: ever, event: '' }", '5:29: must not have fewer than 1 characters'],
  ['{ kind: ever, event: E, where: {} }', '5:32: expected at least one condition'],
  ['{ kind: ever, event: E, where: { a: { $like: 1 } } }', '5:46: unknown operator $like'],
  ['{ kind: ever, event: E, where: { a: { $gt: 5, $lt: 3 } } }', '5:44: no number is between 5 and 3'],
  ['{ kind: ever, event: E, where: { a: { $inGroup: b } } }', '5:46: unknown group b: add it under groups'],
  ['{ kind: ever, event: E, where: { $audience: a } }', '5:41: the properties of an event belong to no audience'],
])('the feature %s is refused with its place', (declaration, problem) => {
  expect(problems(feature(declaration))).toEqual([problem])
})

test('a definition that is too long, because it names a long group, is refused', () => {
  const ids = Array.from({ length: 1_000 }, (_none, number) => `product-${number}`)
  const text = `${feature('{ kind: ever, event: E, where: { product: { $inGroup: ids } } }')}groups: { ids: [${ids.join()}] }\n`
  expect(problems(text)).toEqual([expect.stringMatching(/^5:8: the definition has more than 8192 bytes/)])
})

function asked(condition: string, declarations = ''): string {
  return `${HEAD}audiences:\n  target: ${condition}\nfeatures:\n  viewed: { kind: count, event: Product Viewed, within: 7d }\n${declarations}`
}

const OTHERS = `  spent: { kind: sum, event: Order Completed, of: total, within: 90d }
  since: { kind: since, event: Order Completed }
  sort: { kind: top, event: Product Viewed, of: category, halfLife: 7d }
  kinds: { kind: distinct, event: Product Viewed, of: category, within: 7d }
  bought: { kind: ever, event: Order Completed }
`

test.each<[condition: string, problem: string]>([
  ['{ features.view: 3 }', '5:13: unknown feature view: add it under features'],
  ["{ features.viewed: '3' }", '5:30: features.viewed is a number, so it is never "3"'],
  ['{ features.viewed: 1.5 }', '5:30: features.viewed is never 1.5: it is a whole number'],
  ['{ features.viewed: { $lt: 0 } }', '5:37: features.viewed is never $lt 0: it is 0 to Infinity'],
  ['{ features.viewed: { $gt: 5, $lt: 5 } }', '5:30: no number is between 5 and 5'],
  ['{ features.viewed: null }', '5:30: features.viewed is never null'],
  ['{ features.viewed: { $exists: false } }', '5:41: features.viewed is never missing'],
  ['{ features.viewed: { $size: 3 } }', '5:39: features.viewed is a number and never a list'],
  ['{ features.spent: shoes }', '5:29: features.spent is a number, so it is never "shoes"'],
  ['{ features.since: { $regex: a } }', '5:39: features.since is a number, and patterns are found in texts'],
  ['{ features.kinds: { $gt: 32 } }', '5:36: features.kinds is never $gt 32: it is 0 to 32'],
  ['{ features.bought: 1 }', '5:30: features.bought is true or false, so it is never 1'],
  ['{ features.sort: [shoes] }', '5:28: features.sort is a text, a number, or true or false, so it is never ["shoes"]'],
  [
    '{ features.sort: { $all: [shoes] } }',
    '5:36: features.sort is a text, a number, or true or false and never a list',
  ],
  ['{ $did: { event: E, within: 7 days } }', '5:31: expected a time such as 30m, 12h or 7d, from 1m to 400d'],
  ['{ $did: { event: E, within: 7d, atLeast: 3, atMost: 2 } }', '5:43: atLeast 3 is more than atMost 2'],
  ['{ $did: { within: 7d } }', '5:13: a feature of kind count lacks event'],
  ['{ $did: { event: E, where: {} } }', '5:31: expected at least one condition'],
  ['{ $did: { event: E, where: { a: { $in: [] } } } }', '5:45: expected at least one value'],
  ['{ $did: { event: E, where: { a: { $inGroup: b } } } }', '5:45: unknown group b: add it under groups'],
])('the condition %s is refused with its place', (condition, problem) => {
  expect(problems(asked(condition, OTHERS))).toEqual([problem])
})

test.each([
  '{ features.since: { $exists: false } }',
  '{ features.spent: { $lt: 0 } }',
  '{ features.sort: { $in: [shoes, 7, true, null] } }',
  '{ features.kinds: 32 }',
  '{ features.bought: { $ne: true } }',
  '{ $nor: [{ $did: { event: Order Completed, where: { total: { $gt: 5 } }, atMost: 0 } }] }',
])('the condition %s is sound', (condition) => {
  expect(problems(asked(condition, OTHERS))).toEqual([])
})

test('a feature that no audience reads is warned of', () => {
  const { warnings } = readCatalog(
    asked('{ features.viewed: { $gte: 3 } }', '  other: { kind: ever, event: E }\n'),
    'c.yaml',
  )
  expect(warnings.map(({ message }) => message)).toEqual([
    'audience target is used by nothing',
    'feature other is read by no audience',
  ])
})

test('a site has at most 64 features, those that are written in place included', () => {
  const few = Array.from({ length: 63 }, (_none, index) => `  e${index}: { kind: ever, event: E${index} }\n`).join('')
  expect(readCatalog(asked('{ $did: { event: E7 } }', few), 'c.yaml').features).toHaveLength(64)
  expect(problems(asked('{ pageViews: 1, $did: { event: Other } }', few))).toEqual([
    '5:27: more than 64 features: remove those that no audience reads, or let several share one',
  ])
})

test('the states of a site have at most 8 KB a visitor', () => {
  const counts = (many: number): string =>
    Array.from({ length: many }, (_none, index) => `  c${index}: { kind: count, event: E${index}, within: 1d }\n`).join(
      '',
    )
  const { featureBytes } = readCatalog(asked('{ pageViews: 1 }', counts(12)), 'c.yaml')
  expect(featureBytes).toBe(2 + 13 * (582 + 16 + 4))
  expect(problems(asked('{ pageViews: 1 }', counts(13)))).toEqual([
    '20:3: the features up to this one may have 8430 bytes a visitor, of 8192: ever, since, first and last are small, windows and top are large',
  ])
})

test('the conditions on one event take at most 100 µs', () => {
  // Each takes some 4 µs.
  const patterns = (feature: number): string =>
    Array.from({ length: 15 }, (_none, index) => `{ a: { $regex: x${feature}${index} } }`).join()
  const features = (events: readonly string[]): string =>
    events.map((event, at) => `  p${at}: { kind: ever, event: ${event}, where: { $or: [${patterns(at)}] } }\n`).join('')
  expect(problems(asked('{ pageViews: 1 }', features(['A', 'B'])))).toEqual([])
  expect(problems(asked('{ pageViews: 1 }', features(['A', 'A'])))).toEqual([
    expect.stringMatching(
      /^9:3: the conditions on A may take \d+ µs of the 100 that it has: use fewer patterns and lists$/,
    ),
  ])
})

test('a catalog that another thread has read has the same features', async () => {
  const text = asked('{ features.viewed: 3, $did: { event: E, where: { a: { $regex: b } } } }')
  const site = readCatalog(text, 'c.yaml')
  const request = { bytes: Buffer.from(text), file: 'c.yaml', assignments: undefined, version: undefined }
  const read = await createReadAside()(request, () => undefined)
  expect(read?.features).toEqual(site.features)
  expect([read?.featureBytes, read?.catalog]).toEqual([site.featureBytes, site.catalog])
})

test('explain and memberships speak of features in the words of the catalog', () => {
  const text = `${asked('{ features.viewed: { $gte: 3 } }')}experiences: [{ id: e, slot: hero, audience: target, variants: [{ id: a }] }]\n`
  const { compiled } = readCatalog(text, 'c.yaml')
  const page = { path: '/', campaign: '', referrer: '', device: 'desktop', language: 'en' } as const
  const visitor = { traits: {}, events: {}, pageViews: 0, features: {} }
  const clause = { path: ['audiences', 'target', 'features.viewed'], expected: { $gte: 3 }, actual: 0 }
  expect(explain(compiled, { page, visitor, nowMs: 0 })[0]?.experiences).toEqual([
    { experience: 'e', verdict: 'audience', clause },
  ])
  expect(memberships(compiled, { visitor, nowMs: 0 })).toEqual([{ audience: 'target', verdict: 'out', clause }])
  expect(memberships(compiled, { nowMs: 0 })).toMatchObject([{ audience: 'target', verdict: 'unknown' }])
})
