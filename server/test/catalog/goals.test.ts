import { expect, test } from 'vitest'
import { readCatalog } from '../../src/catalog/load.ts'
import { planOf } from '../../src/tally/plan-of.ts'
import { problems } from '../support/catalog-problems.ts'

function catalogOf(goals: string, variants = '[{ id: a }]'): string {
  return `site: shop
origins: [https://www.shop.example]
groups: { grand: [piano, organ] }
slots: { hero: {} }
goals:
${goals}experiences:
  - { id: first, slot: hero, variants: ${variants} }
`
}

const ORDERS =
  '{ event: Order Completed, from: server, value: total, currency: EUR, most: 500, within: 7d, by: order_id'

const goalsOf = (goals: string) => readCatalog(catalogOf(goals), 'c.yaml').catalog.goals ?? []

test('a goal is read with all that it means, and the only one is primary', () => {
  const where = '{ category: { $inGroup: grand } }'
  expect(goalsOf(`  orders: ${ORDERS}, where: ${where} }\n`)).toEqual([
    {
      ...{ id: expect.stringMatching(/^[0-9a-f]{16}$/), name: 'orders', event: 'Order Completed', from: 'server' },
      ...{ where: { category: { $inGroup: 'grand' } }, groups: { grand: ['organ', 'piano'] } },
      ...{ of: 'total', currency: 'EUR', most: 500, withinMs: 604_800_000, by: 'order_id', isPrimary: true },
    },
  ])
})

test('the id is of what a goal means: another name or spelling keeps it, and another meaning does not', () => {
  const [one] = goalsOf(`  orders: ${ORDERS} }\n`)
  const [renamed] = goalsOf(`  sales: ${ORDERS.replace('7d', '168h')} }\n`)
  const [other] = goalsOf(`  orders: ${ORDERS.replace('500', '600')} }\n`)
  expect(renamed?.id).toBe(one?.id)
  expect(other?.id).not.toBe(one?.id)
})

test.each([
  ['a: { event: A, within: 7d, value: total }', 'a goal with value needs most'],
  ['a: { event: A, within: 7d, most: 5 }', 'a goal without value takes no most'],
  ['a: { event: A, within: 7d, value: x, most: 0 }', 'expected a number above 0'],
  ['a: { event: A, within: 7d, value: x, most: 5, currency: euro }', 'expected three capitals'],
  ['a: { event: A, within: 7 days }', 'expected a time such as 30m'],
  ['a: { event: A, within: 7d, where: { b: { $regex: "(" } } }', 'missing closing )'],
  ['a: { event: A, within: 7d, where: { b: { $inGroup: none } } }', 'unknown group none'],
  ['a: { event: A, within: 7d }\n  b: { event: B, within: 7d }', 'no goal is primary'],
  ['a: { event: A, within: 7d, primary: true }\n  b: { event: B, within: 7d, primary: true }', 'b is primary, too'],
  ['a: { event: A, within: 7d, primary: true }\n  b: { event: A, within: 7d }', 'goal b means the same as a'],
])('%s is refused', (goals, message) => {
  expect(problems(catalogOf(`  ${goals}\n`)).join()).toContain(message)
})

test('a misspelt event, and money that no server confirms, are suspicious', () => {
  const { warnings } = readCatalog(
    catalogOf('  orders: { event: order completed, value: total, most: 500, within: 7d }\n'),
    'c.yaml',
  )
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringContaining('event order completed is another one than Order Completed'),
    expect.stringContaining('goal orders is about money and counts what browsers say'),
  ])
  expect(readCatalog(catalogOf(`  orders: ${ORDERS} }\n`), 'c.yaml').warnings).toEqual([])
})

test('a plan has the shares of variants, by weights or by ranges', () => {
  const sharesOf = (variants: string): object => {
    const plan = planOf(readCatalog(catalogOf(`  a: { event: A, within: 1d }\n`, variants), 'c.yaml').catalog)
    return Object.fromEntries(plan.experiences[0]?.variants.map(({ id, share }) => [id, share]) ?? [])
  }
  expect(sharesOf('[{ id: a, weight: 20 }, { id: b, weight: 80 }]')).toEqual({ a: 0.2, b: 0.8 })
  expect(sharesOf('[{ id: a, range: [0, 0.25] }, { id: b, range: [0.25, 0.5] }]')).toEqual({ a: 0.5, b: 0.5 })
})
