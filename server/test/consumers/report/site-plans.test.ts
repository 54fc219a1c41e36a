import { expect, test } from 'vitest'
import { createSitePlans, plansOf, storedPlans } from '../../../src/consumers/report/site-plans.ts'
import type { Plan } from '../../../src/tally/plan.ts'
import { ORDERS, PLAN, SIGNUPS } from '../../support/tally-records.ts'

const [hero, menu] = PLAN.experiences as [Plan['experiences'][number], Plan['experiences'][number]]

function withHero(version: string, change: Partial<typeof hero>): Plan {
  return { ...PLAN, version, experiences: [{ ...hero, ...change }, menu] }
}

const SHARED = withHero('v2', {
  variants: [
    { id: 'a', share: 0.9 },
    { id: 'b', share: 0.1, isControl: true },
  ],
})

/** Plans that come into force one after the other, an hour apart. */
function addAll(...plans: Plan[]) {
  const all = createSitePlans()
  for (const [index, plan] of plans.entries()) all.add({ ...plan, fromMs: index })
  return all
}

const heroOf = (plans: ReturnType<typeof addAll>, atMs: number) => plans.at(atMs)?.experiences.get('hero')

test('changed shares begin another period of the same trial, and only of the experience whose they are', () => {
  const plans = addAll(PLAN, SHARED, { ...SHARED, version: 'v3' })
  expect([0, 1, 2].map((at) => heroOf(plans, at)?.period)).toEqual([0, 2, 2])
  expect(heroOf(plans, 1)?.trial).toBe(heroOf(plans, 0)?.trial)
  expect([0, 1].map((at) => plans.at(at)?.experiences.get('menu')?.period)).toEqual([1, 1])
})

test('a changed seed begins another trial with arms of its own', () => {
  const plans = addAll(PLAN, withHero('v2', { seed: 'anew' }))
  expect(heroOf(plans, 1)?.trial).not.toBe(heroOf(plans, 0)?.trial)
  expect(heroOf(plans, 1)?.arms.get('a')).not.toBe(heroOf(plans, 0)?.arms.get('a'))
})

test('a holdout of another share or seed begins other periods of all experiences', () => {
  const held = [0.1, 0.2].map((share) => ({ ...PLAN, version: `v${share}`, holdout: { share, seed: 'one' } }))
  const plans = addAll(...held, { ...PLAN, version: 'v3', holdout: { share: 0.2, seed: 'two' } })
  expect(new Set([0, 1, 2].map((at) => heroOf(plans, at)?.period)).size).toBe(3)
  expect(new Set([0, 1, 2].map((at) => plans.at(at)?.whole?.trial)).size).toBe(2)
})

test('a goal that means something else, or was away, has another number; one with another name keeps it', () => {
  const other = { ...ORDERS, id: 'other-id' }
  const goals = [
    [ORDERS, SIGNUPS],
    [SIGNUPS, { ...ORDERS, name: 'sales' }],
    [SIGNUPS, other],
    [SIGNUPS, ORDERS],
  ]
  const plans = addAll(...goals.map((some, index) => ({ ...PLAN, version: `v${index}`, goals: some })))
  expect([0, 1, 2, 3].map((at) => plans.at(at)?.goals)).toEqual([
    [0, 1],
    [1, 0],
    [1, 2],
    [1, 3],
  ])
})

test('an unknown version has no plan; plans that are kept and read again give the same numbers', () => {
  const plans = addAll(PLAN, SHARED, { ...SHARED, version: 'v3' }, { ...PLAN, version: 'v4' })
  const again = plansOf(structuredClone(storedPlans(plans)))
  expect(plans.ofVersion('none')).toBeUndefined()
  expect(again.ofVersion('v2')?.plan.fromMs).toBe(1)
  for (const name of ['periods', 'goals', 'arms', 'versions'] as const) expect(again[name]).toEqual(plans[name])
})
