import { expect, test } from 'vitest'
import { budgetOver, createBudget, MAX_BUDGET_MS } from '../../../src/decide/read/budget.ts'
import { createDistance } from '../../../src/stores/cql/regions/distance.ts'
import { deadStore } from '../../support/dead-store.ts'

test('the budget is 8 ms and as much as the store is away, and never more than 40', () => {
  expect([0, 1, 5, 31, 32, 33, 200].map(budgetOver)).toEqual([8, 9, 13, 39, 40, 40, MAX_BUDGET_MS])
})

test('a budget that is set stays as it is, and a store on this machine is no distance away', () => {
  const regions = { current: 'a', distanceMs: 5, dataCentres: () => [] }
  expect(createBudget(8, { ...deadStore(), regions })()).toBe(8)
  expect(createBudget('auto', { ...deadStore(), regions })()).toBe(13)
  expect(createBudget('auto', deadStore())()).toBe(8)
})

test('the distance is the shortest answer, however slow the others are', () => {
  const distance = createDistance(() => 0)
  expect(distance.ms).toBe(0)
  for (const elapsedMs of [60, 5, 250, 70]) distance.observe(elapsedMs)
  expect(distance.ms).toBe(5)
})

test('a store that is slow for seconds does not stretch the budget; one that has moved away does in the end', () => {
  const clock = { nowMs: 0 }
  const distance = createDistance(() => clock.nowMs)
  distance.observe(5)
  const seen: number[] = []
  for (const nowMs of [14_999, 15_000, 29_999, 30_000]) {
    clock.nowMs = nowMs
    distance.observe(30)
    seen.push(distance.ms)
  }
  expect(seen).toEqual([5, 5, 5, 30])
  clock.nowMs = 100_000
  expect(distance.ms).toBe(0)
})
