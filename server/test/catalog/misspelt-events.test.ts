import { expect, test } from 'vitest'
import { readCatalog } from '../../src/catalog/load.ts'

function warnings(audience: string, features = ''): string[] {
  const text = `site: shop
origins: [https://www.shop.example]
slots: { hero: {} }
${features}audiences:
  some: ${audience}
experiences:
  - { id: first, slot: hero, audience: some, variants: [{ id: a }] }
`
  return readCatalog(text, 'c.yaml').warnings.map(({ line, column, message }) => `${line}:${column}: ${message}`)
}

test.each([
  ['order completed', 'Order Completed'],
  ['OrderCompleted', 'Order Completed'],
  ['product_viewed', 'Product Viewed'],
  ['Product added to wishlist', 'Product Added to Wishlist'],
  ['video-playback-started', 'Video Playback Started'],
])('a condition on %j is suspicious: %j may be meant', (name, meant) => {
  expect(warnings(`{ $not: { "events.${name}": { $gte: 1 } } }`)).toEqual([
    `5:19: event ${name} is another one than ${meant}, which has a meaning (docs/events.md)`,
  ])
})

test.each(['Order Completed', 'Seat Chosen', 'Order Complete', 'pp:page', 'constructor', '!'])(
  'a condition on %j says nothing suspicious',
  (name) => {
    expect(warnings(`{ $or: [{ "events.${name}": 1 }] }`)).toEqual([])
  },
)

test('an event that a condition asks for in place is looked at', () => {
  expect(warnings('{ $did: { event: order_completed, within: 90d } }')).toEqual([
    '5:26: event order_completed is another one than Order Completed, which has a meaning (docs/events.md)',
  ])
  expect(warnings('{ $did: { event: Order Completed, within: 90d } }')).toEqual([])
})

test('an event of a feature is looked at, too', () => {
  const feature = (event: string) => `features: { spent: { kind: sum, event: ${event}, of: total, within: 90d } }\n`
  const ofEvents = (event: string) =>
    warnings('{ pageViews: 1 }', feature(event)).filter((text) => text.includes('event '))
  expect(ofEvents('Order Completed')).toEqual([])
  expect(ofEvents('ORDER COMPLETED')).toEqual([
    expect.stringMatching(/^4:\d+: event ORDER COMPLETED is another one than Order Completed/),
  ])
})
