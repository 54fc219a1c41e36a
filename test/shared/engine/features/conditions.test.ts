import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../../../src/engine/features/canonical.ts'
import { sha256Hex } from '../../../../src/engine/features/sha256.ts'
import {
  type Catalog,
  compile,
  type CompiledCatalog,
  type Condition,
  ConditionError,
  cost,
  declareFeature,
  explain,
  type FeatureDeclaration,
  type FeatureDefinition,
  flaws,
  KIND_NAMES,
  kindOf,
  memberships,
} from '../../../../src/engine/index.ts'
import type { Json } from '../../../../src/protocol/index.ts'

const page = { path: '/', campaign: '', referrer: '', device: 'desktop', language: 'en' } as const

const views = declareFeature({ kind: 'count', event: 'Product Viewed', within: '7d' }, [])
const bought = declareFeature({ kind: 'ever', event: 'Order Completed' }, [])

function catalogOf(audiences: { [name: string]: Condition }, more: Partial<Catalog> = {}): Catalog {
  const names = Object.keys(audiences)
  return {
    version: 'v',
    site: 'shop',
    slots: names.map((name) => ({ name })),
    features: { views, bought },
    audiences,
    experiences: names.map((name) => {
      const variants = [{ id: 'a', weight: 1, operations: [] }]
      return { id: name, slot: name, audience: name, coverage: 1, seed: name, variants }
    }),
    ...more,
  }
}

function refusalOf(declare: () => unknown): string {
  try {
    declare()
  } catch (error) {
    if (error instanceof ConditionError) return `${error.path.join('.')}: ${error.message}`
    throw error
  }
  return 'none'
}

test('SHA-256 is that of Node, for texts of any length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 300 }), (text) => {
      expect(sha256Hex(text)).toBe(createHash('sha256').update(text, 'latin1').digest('hex'))
    }),
  )
})

test('canonical JSON says the same, in ASCII, whatever the order of keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.parse(JSON.stringify(value)) as Json
      const text = canonicalJson(json)
      expect(text).toMatch(/^[\x20-\x7f]*$/)
      expect(JSON.parse(text)).toEqual(json)
      if (typeof json !== 'object' || json === null || Array.isArray(json)) return
      expect(canonicalJson(Object.fromEntries(Object.entries(json).reverse()))).toBe(text)
    }),
  )
})

test('an id is a hash of what the definition says and of the version of its kind', () => {
  const text = '{"definition":{"event":"Product Viewed","kind":"count","withinMs":604800000},"version":1}'
  expect(views.id).toBe(createHash('sha256').update(text).digest('hex').slice(0, 16))
})

test('declarations that differ in their spelling alone are one feature, and others are others', () => {
  const idOf = (declaration: FeatureDeclaration, groups = {}): string => declareFeature(declaration, [], groups).id
  const where = { price: { $gte: 10 }, category: 'shoes' }
  const one = idOf({ kind: 'count', event: 'E', within: '1d', where })
  expect(idOf({ where: { category: 'shoes', price: { $gte: 10 } }, within: '24h', event: 'E', kind: 'count' })).toBe(
    one,
  )
  expect(idOf({ kind: 'count', event: 'E', within: '1441m', where })).not.toBe(one)
  expect(idOf({ kind: 'count', event: 'E', within: '1d' })).not.toBe(one)
  expect(idOf({ kind: 'count', event: 'E', within: '1d', where: {} })).toBe(
    idOf({ kind: 'count', event: 'E', within: '1d' }),
  )
  const ours: FeatureDeclaration = { kind: 'ever', event: 'E', where: { $or: [{ id: { $inGroup: 'ours' } }] } }
  const ofGroup = (ours_: Json[]): string => idOf(ours, { ours: ours_, theirs: [7] })
  expect(ofGroup([2, 1, 1])).toBe(ofGroup([1, 2]))
  expect(ofGroup([1, '2'])).not.toBe(ofGroup([1, 2]))
})

test.each<[FeatureDeclaration, string]>([
  [
    { kind: 'funnel' },
    'f.kind: unknown kind funnel: one of count, sum, since, first, last, distinct, top, ever, session',
  ],
  [
    { kind: 'toString' },
    'f.kind: unknown kind toString: one of count, sum, since, first, last, distinct, top, ever, session',
  ],
  [{ kind: 'sum', event: 'E', within: '1d' }, 'f: a feature of kind sum lacks of'],
  [{ kind: 'top', event: 'E', of: 'a' }, 'f: a feature of kind top lacks halfLife'],
  [{ kind: 'session' }, 'f: a feature of kind session lacks timeout'],
  [{ kind: 'ever', event: 'E', timeout: '1d' }, 'f.timeout: a feature of kind ever takes no timeout'],
  [{ kind: 'ever', event: '' }, 'f.event: expected a text of 1 to 200 characters'],
  [{ kind: 'ever', event: 7 as never }, 'f.event: expected a text of 1 to 200 characters'],
  [{ kind: 'ever', event: 'E', where: [] as never }, 'f.where: expected a condition'],
  ...['59s', '0m', '401d', '9601h', '7', 'd', '1w', '07d', '1.5h', '-1d', 7 as never].map(
    (within): [FeatureDeclaration, string] => [
      { kind: 'count', event: 'E', within },
      'f.within: expected a time such as 30m, 12h or 7d, from 1m to 400d',
    ],
  ),
])('the declaration %j is refused: %s', (declaration, refusal) => {
  expect(refusalOf(() => declareFeature(declaration, ['f']))).toBe(refusal)
})

const shoes = { event: 'Product Viewed', within: '7d' }

test.each<[Json, string]>([
  ['Order Completed', 'expected an event, such as { event: Order Completed }'],
  [{ within: '7d' }, 'a feature of kind count lacks event'],
  [{}, 'a feature of kind ever lacks event'],
  [{ ...shoes, since: '1d' }, 'since: unknown field since: one of event, where, from, within, atLeast, atMost'],
  [{ ...shoes, within: '7 days' }, 'within: expected a time such as 30m, 12h or 7d, from 1m to 400d'],
  [{ ...shoes, atLeast: 0 }, 'atLeast: expected a whole number from 1 to 100000'],
  [{ ...shoes, atLeast: 1.5 }, 'atLeast: expected a whole number from 1 to 100000'],
  [{ ...shoes, atMost: '3' }, 'atMost: expected a whole number from 0 to 100000'],
  [{ ...shoes, atLeast: 4, atMost: 3 }, 'atLeast: atLeast 4 is more than atMost 3'],
  [{ ...shoes, where: { a: { $like: 1 } } }, 'where.a.$like: unknown operator $like'],
  [{ ...shoes, where: { $did: shoes } }, 'where.$did: only an audience can ask for what a visitor did'],
  [{ ...shoes, where: { $audience: 'a' } }, 'where.$audience: the properties of an event belong to no audience'],
  [{ ...shoes, where: { id: { $inGroup: 'ours' } } }, 'where.id.$inGroup: unknown group ours: add it under groups'],
  ...(['atLeast', 'atMost'] as const).map((name): [Json, string] => [
    { event: 'E', [name]: 2 },
    `${name}: without within it is known only whether it ever happened: write atLeast 1, atMost 0, or within`,
  ]),
])('$did: %j is refused: %s', (did, refusal) => {
  const found = flaws({ audiences: { a: { $or: [{ $did: did }] } } })
  const told = found.map(({ path, message }) => [path.slice(5).join('.'), message].filter(Boolean).join(': '))
  expect(told).toEqual([refusal])
  expect(found[0]?.path.slice(0, 5)).toEqual(['audiences', 'a', '$or', 0, '$did'])
})

test('a name that no feature has is refused, and so is a kind of a later version', () => {
  const messages = (audience: Condition, features?: Catalog['features']): string[] =>
    flaws({ audiences: { a: audience }, ...(features ? { features } : {}) }).map(({ message }) => message)
  expect(messages({ 'features.views': 1 })).toEqual(['unknown feature views: add it under features'])
  expect(messages({ 'features.toString': 1 }, { views })).toEqual(['unknown feature toString: add it under features'])
  const since = declareFeature({ kind: 'since', event: 'E' }, [])
  expect(messages({ 'features.since': { $not: { $vgt: 3 } } }, { since })).toEqual([
    'seconds are no version: compare them with $lt, $lte, $gt or $gte',
  ])
  expect(messages({ features: 1 })).toEqual(['unknown attribute features'])
  const later = { id: 'x', definition: { kind: 'funnel', event: 'E' } as unknown as FeatureDefinition }
  expect(messages({ 'features.later': 1 }, { later })).toEqual(['unknown kind funnel'])
})

test('the features of a catalog are those declared and those written in place, each definition once', () => {
  const compiled = compile(
    catalogOf(
      {
        a: { $did: { event: 'Product Viewed', within: '168h', atLeast: 2 } },
        b: { $not: { $did: { event: 'Signed Up' } }, 'features.views': { $gt: 3 }, 'features.again': { $lt: 7 } },
      },
      { features: { views, again: views } },
    ),
  )
  expect(compiled.features.map(({ feature, path }) => [feature.definition.kind, ...path])).toEqual([
    ['count', 'features', 'views'],
    ['ever', 'audiences', 'b', '$not', '$did'],
  ])
  expect(compiled.attributes.map(({ source }) => source)).toEqual(['features', 'features'])
})

test('a slot depends on the events of its features, and is strict if a page cannot know them', () => {
  const [both, of, page_, none] = compile(
    catalogOf({
      both: { 'features.views': 1, 'events.Signed Up': 1, $or: [{ $did: { event: 'Order Completed' } }] },
      other: { $audience: 'both', 'features.bought': false },
      pages: { $did: { event: 'pp:page', within: '1d', atLeast: 3 } },
      none: { 'page.path': '/' },
    }),
  ).slots
  expect([both?.events, both?.isStrict]).toEqual([['Order Completed', 'Product Viewed', 'Signed Up'], false])
  expect(of?.events).toEqual(both?.events)
  expect([page_?.events, page_?.isStrict]).toEqual([[], true])
  expect([none?.events, none?.features, none?.isStrict]).toEqual([[], [], false])
})

test('a value is found once in a request, however many audiences of however many slots ask for it', () => {
  const compiled = compile(catalogOf({ a: { 'features.views': { $gt: 0 } }, b: { 'features.views': { $lt: 9 } } }))
  let reads = 0
  const features = {
    get [views.id](): Json {
      reads++
      return ''
    },
  }
  const context = { page, nowMs: 5, visitor: { traits: {}, events: {}, pageViews: 0, features } }
  expect(memberships(compiled, context).map(({ verdict }) => verdict)).toEqual(['out', 'in'])
  expect(reads).toBe(1)
})

test('explain and memberships tell the value of a feature as of other attributes', () => {
  const compiled: CompiledCatalog = compile(
    catalogOf({
      few: { 'features.views': { $gte: 3 } },
      did: { $did: { ...shoes, atLeast: 3 } },
      unknown: { 'features.bought': true },
    }),
  )
  const state = [1_000, 2_000].reduce<Json>(
    (before, atMs) =>
      kindOf('count')?.step(views.definition, before, { name: '', atMs, hash: '', properties: {} }) ?? '',
    '',
  )
  const visitor = { traits: {}, events: {}, pageViews: 0, features: { [views.id]: state, [bought.id]: null } }
  const clauses = [
    { path: ['audiences', 'few', 'features.views'], expected: { $gte: 3 }, actual: 2 },
    { path: ['audiences', 'did', '$did'], expected: { ...shoes, atLeast: 3 }, actual: 2 },
    { path: ['audiences', 'unknown', 'features.bought'], expected: true },
  ]
  const explained = explain(compiled, { page, nowMs: 5_000, visitor })
  expect(explained.map(({ experiences }) => experiences[0]?.clause)).toEqual(clauses)
  expect(explained.map(({ experiences }) => experiences[0]?.verdict)).toEqual(['audience', 'audience', 'unknown'])
  expect(memberships(compiled, { nowMs: 5_000, visitor }).map(({ clause }) => clause)).toEqual(clauses)
})

test('a decision costs the value of each feature once', () => {
  const without = cost(compile(catalogOf({ a: {}, b: {} }))).totalUs
  const { totalUs, audiences } = cost(
    compile(catalogOf({ a: { 'features.views': { $gt: 0 } }, b: { 'features.views': { $lt: 9 } } })),
  )
  const [clauseNs, valueNs] = [10 + 8, kindOf('count')?.costNs ?? 0]
  expect((totalUs - without) * 1_000).toBeCloseTo(2 * clauseNs + 2 + valueNs, 6)
  expect(audiences.map(({ costUs }) => costUs * 1_000)).toEqual([clauseNs, clauseNs])
  for (const name of KIND_NAMES) expect(kindOf(name)?.costNs).toBeGreaterThan(0)
})
