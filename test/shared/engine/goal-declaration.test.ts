import { expect, test } from 'vitest'
import { declareGoal, type GoalDeclaration, goalFlaws } from '../../../src/engine/goal-declaration.ts'

const ORDER: GoalDeclaration = { event: 'Order Completed', value: 'total', currency: 'EUR', most: 500, within: '7d' }
const PATH = ['goals', 'order']

const declared = (change: Partial<GoalDeclaration> = {}, name = 'order') =>
  declareGoal(name, { ...ORDER, ...change }, ['goals', name])

test('a goal says what is counted, in ms and with the property of its value', () => {
  expect(declared({ by: 'order_id', from: 'server', primary: true })).toEqual({
    ...{ id: expect.any(String), name: 'order', event: 'Order Completed', from: 'server', of: 'total' },
    ...{ currency: 'EUR', most: 500, withinMs: 604_800_000, by: 'order_id', isPrimary: true },
  })
})

test('its id follows from what it counts: not from its name, from being primary or from whose word is taken', () => {
  const { id } = declared()
  expect(
    [declared({}, 'sale'), declared({ primary: true }), declared({ from: 'anyone' })].map((one) => one.id),
  ).toEqual([id, id, id])
  for (const change of [{ within: '8d' }, { most: 501 }, { event: 'Sold' }, { from: 'server' }, { by: 'order_id' }])
    expect(declared(change).id).not.toBe(id)
})

test.each<[string, Partial<GoalDeclaration>, readonly string[]]>([
  ['no event', { event: '' }, [...PATH, 'event']],
  ['a window that is none', { within: 'a week' }, [...PATH, 'within']],
  ['a window of more than 400 days', { within: '401d' }, [...PATH, 'within']],
  ['another sender than servers and anyone', { from: 'browser' }, [...PATH, 'from']],
  ['an empty property for the value', { value: '' }, [...PATH, 'value']],
  ['a bound of 0', { most: 0 }, [...PATH, 'most']],
  ['a bound that is no number', { most: Number.NaN }, [...PATH, 'most']],
  ['a currency in small letters', { currency: 'eur' }, [...PATH, 'currency']],
  ['an empty name of the occurrence', { by: '' }, [...PATH, 'by']],
])('%s is a mistake with its place', (_name, change, path) => {
  expect(() => declared(change)).toThrow(expect.objectContaining({ path }))
})

test('a value without a bound, and a bound or a currency without a value, are mistakes', () => {
  const plain: GoalDeclaration = { event: 'Order Completed', within: '7d' }
  const flawOf = (change: Partial<GoalDeclaration>): unknown => {
    try {
      return declareGoal('order', { ...plain, ...change }, PATH)
    } catch (error) {
      return (error as { path: unknown }).path
    }
  }
  expect(flawOf({ value: 'total' })).toEqual(PATH)
  expect(flawOf({ most: 500 })).toEqual([...PATH, 'most'])
  expect(flawOf({ currency: 'EUR' })).toEqual([...PATH, 'currency'])
  expect(flawOf({})).toMatchObject({ name: 'order' })
})

test('of several goals exactly one is primary, and no two mean the same', () => {
  const pathsOf = (...goals: Parameters<typeof goalFlaws>[0]): unknown => goalFlaws(goals).map(({ path }) => path)
  const sale = { event: 'Sold' }
  expect(pathsOf(declared())).toEqual([])
  expect(pathsOf(declared({ primary: true }), declared(sale, 'sale'))).toEqual([])
  expect(pathsOf(declared(), declared(sale, 'sale'))).toEqual([['goals']])
  expect(pathsOf(declared({ primary: true }), declared({ ...sale, primary: true }, 'sale'))).toEqual([
    ['goals', 'sale', 'primary'],
  ])
  expect(pathsOf(declared({ primary: true }), declared({}, 'twin'))).toEqual([['goals', 'twin']])
})

test('more than sixteen goals are a mistake at the first that is too many', () => {
  const goals = Array.from({ length: 18 }, (_, index) =>
    declared({ event: `Event ${index}`, ...(index === 0 ? { primary: true } : {}) }, `goal-${index}`),
  )
  expect(goalFlaws(goals).map(({ path }) => path)).toEqual([['goals', 'goal-16']])
})

test('a condition that cannot be compiled has its place within the goal', () => {
  const [flaw] = goalFlaws([declared({ where: { total: { $more: 3 } } as never })])
  expect(flaw?.path.slice(0, 3)).toEqual(['goals', 'order', 'where'])
})
