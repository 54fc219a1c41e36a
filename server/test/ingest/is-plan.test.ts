import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPlan } from '../../src/tally/is-plan.ts'
import { PLAN } from '../support/tally-records.ts'

const [hero] = PLAN.experiences
const [orders] = PLAN.goals
const withHero = (change: object) => ({ ...PLAN, experiences: [{ ...hero, ...change }] })
const withGoal = (change: object) => ({ ...PLAN, goals: [{ ...orders, ...change }] })

test('a plan with all that it may have is one', () => {
  const variants = [{ id: 'a', share: 1, isControl: true }]
  const full = withHero({ enabled: false, fromMs: 1, untilMs: 2, variants })
  expect(isPlan({ ...full, holdout: { share: 0.1, seed: 's' } })).toBe(true)
  expect(isPlan(withGoal({ from: 'server', acceptsBrowsers: true, where: {}, groups: {} }))).toBe(true)
})

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a list', [PLAN]],
  ['a plan without a version', { ...PLAN, version: undefined }],
  ['a holdout without a seed', { ...PLAN, holdout: { share: 0.1 } }],
  ['a holdout beyond all', { ...PLAN, holdout: { share: 1.1, seed: 's' } }],
  ['goals that are no list', { ...PLAN, goals: { 0: orders, length: 1 } }],
  ['more goals than a site has', { ...PLAN, goals: Array.from({ length: 17 }, () => orders) }],
  ['a goal without an event', withGoal({ event: '' })],
  ['a goal without time', withGoal({ withinMs: 0 })],
  ['a goal of an endless value', withGoal({ most: Infinity })],
  ['a goal from somebody', withGoal({ from: 'browser' })],
  ['a condition that is a list', withGoal({ where: [] })],
  ['an experience without a seed', withHero({ seed: undefined })],
  ['an id that is a number', withHero({ id: 1 })],
  ['a share below 0', withHero({ variants: [{ id: 'a', share: -0.1 }] })],
  ['a share that is no number', withHero({ variants: [{ id: 'a', share: Number.NaN }] })],
  ['a variant that is no object', withHero({ variants: ['a'] })],
])('%s is no plan', (_name, value) => {
  expect(isPlan(value)).toBe(false)
})

test('whatever a record says, it is a plan or none, without an error', () => {
  fc.assert(fc.property(fc.anything(), (value) => void expect(isPlan(value)).toBe(false)))
  const parts = fc.record({ version: fc.anything(), goals: fc.anything(), experiences: fc.anything() })
  fc.assert(fc.property(parts, (value) => typeof isPlan(value) === 'boolean'))
})
