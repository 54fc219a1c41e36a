import { compileFeatures } from 'prepaint/engine'
import { expect, test } from 'vitest'
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
