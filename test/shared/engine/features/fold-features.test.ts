import { expect, test } from 'vitest'
import type { Feature, FeatureDefinition } from '../../../../src/engine/features/definition.ts'
import { compileFeatures } from '../../../../src/engine/features/fold-features.ts'
import type { FeatureEvent } from '../../../../src/engine/features/kind.ts'
import { compileWhere } from '../../../../src/engine/features/where.ts'
import type { JsonObject } from '../../../../src/protocol/index.ts'

function event(name: string, properties: JsonObject = {}, atMs = 1_000): FeatureEvent {
  return { name, atMs, hash: 'abcdefabcdef', properties }
}

const bought: Feature = { id: 'bought', definition: { kind: 'ever', event: 'Order Completed' } }
const shoes: Feature = {
  id: 'shoes',
  definition: { kind: 'count', event: 'Product Viewed', where: { category: 'shoes' }, withinMs: 60_000 },
}
const visit: Feature = { id: 'visit', definition: { kind: 'session', timeoutMs: 60_000 } }

test('an event reaches the features that name it and no other', () => {
  const { fold } = compileFeatures([bought, shoes])
  const states = fold({}, event('Order Completed'))
  expect(states).toEqual({ bought: true })
  expect(Object.keys(fold(states, event('Product Viewed', { category: 'shoes' })))).toEqual(['bought', 'shoes'])
})

test('states of which nothing changes are the same object', () => {
  const { fold } = compileFeatures([bought, shoes])
  const states = { bought: true }
  for (const one of [event('Signed Up'), event('Order Completed'), event('Product Viewed', { category: 'bags' })])
    expect(fold(states, one)).toBe(states)
})

test('a feature without an event is given all but the reports of Prepaint itself', () => {
  const { fold } = compileFeatures([visit, bought])
  const names = ['pp:assigned', 'Order Completed', 'pp:page', 'pp:seen', 'anything']
  const states = names.reduce((all, name) => fold(all, event(name)), {})
  expect(states).toEqual({ bought: true, visit: [[1_000, 1_000, 3]] })
  const ofReports = compileFeatures([visit, { id: 'seen', definition: { kind: 'ever', event: 'pp:seen' } }])
  expect(ofReports.fold({}, event('pp:seen'))).toEqual({ seen: true })
})

test('where is the condition language over properties: nested names, operators, groups, patterns', () => {
  const compileRegex = (pattern: string) => (text: string) => text.includes(pattern)
  const where = {
    'product.price': { $gte: 10 },
    $or: [{ brand: { $inGroup: 'ours' } }, { brand: { $regex: 'cme' } }],
    discount: { $exists: false },
  }
  const { holds, costNs } = compileWhere({ where, groups: { ours: ['Ajax'] } }, [], { compileRegex })
  expect(holds({ product: { price: 10 }, brand: 'Ajax' })).toBe(true)
  expect(holds({ product: { price: 10 }, brand: 'Acme' })).toBe(true)
  expect(holds({ product: { price: 9 }, brand: 'Ajax' })).toBe(false)
  expect(holds({ product: { price: 10 }, brand: 'Ajax', discount: 1 })).toBe(false)
  expect(costNs).toBeGreaterThan(0)
})

test.each<[FeatureDefinition['where'], string]>([
  [{ $audience: 'vip' }, 'the properties of an event belong to no audience'],
  [{ brand: { $inGroup: 'theirs' } }, 'unknown group theirs: add it under groups'],
  [{ brand: { $like: 'a' } }, 'unknown operator $like'],
  [{ brand: { $regex: 'a' } }, 'regular expressions are not available here'],
])('where %o is refused: %s', (where = {}, message) => {
  const definition = { kind: 'ever', event: 'E', where } as const
  expect(() => compileFeatures([{ id: 'f', definition }])).toThrow(message)
})

test('a definition of a kind that is not known here is passed over, and its state kept', () => {
  const later = { id: 'later', definition: { kind: 'funnel', event: 'E' } as unknown as FeatureDefinition }
  const { fold, merge } = compileFeatures([later, bought])
  expect(fold({ later: [1, 2] }, event('E'))).toEqual({ later: [1, 2] })
  expect(merge({ later: [1, 2] }, { bought: true })).toEqual({ later: [1, 2], bought: true })
})

test('states are merged by feature; what is not known on one side is not known', () => {
  const { fold, merge } = compileFeatures([bought, shoes])
  const [a, b] = [fold({}, event('Order Completed')), fold({}, event('Product Viewed', { category: 'shoes' }))]
  expect(merge(a, b)).toEqual({ ...a, ...b })
  const twice = merge(b, fold({}, event('Product Viewed', { category: 'shoes' }, 2_000)))
  expect(twice).toEqual(fold(b, event('Product Viewed', { category: 'shoes' }, 2_000)))
  expect(merge({ bought: null }, { bought: true })).toEqual({ bought: null })
  expect(fold({ bought: null }, event('Order Completed'))).toEqual({ bought: null })
})

test('features of one id are one', () => {
  const states = compileFeatures([shoes, shoes]).fold({}, event('Product Viewed', { category: 'shoes' }))
  expect(states).toEqual(compileFeatures([shoes]).fold({}, event('Product Viewed', { category: 'shoes' })))
})

test('names of the prototype are names like others', () => {
  const definition: FeatureDefinition = { kind: 'last', event: 'constructor', of: 'toString' }
  const { fold } = compileFeatures([{ id: 'valueOf', definition }])
  expect(fold({}, event('constructor'))).toEqual({})
  expect(fold({}, event('constructor', { toString: 'x' }))).toEqual({ valueOf: [1_000, 'abcdefabcdef', 'x'] })
})

test('a feature from servers takes no event that did not come with the server key', () => {
  const definition: FeatureDefinition = { kind: 'ever', event: 'E', from: 'server' }
  const { fold } = compileFeatures([{ id: 'paid', definition }])
  expect(fold({}, event('E'))).toEqual({})
  expect(fold({}, { ...event('E'), isFromServer: false })).toEqual({})
  expect(fold({}, { ...event('E'), isFromServer: true })).toEqual({ paid: true })
})
