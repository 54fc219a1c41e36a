import { expect, test } from 'vitest'
import {
  type Catalog,
  compile,
  type Condition,
  ConditionError,
  cost,
  decide,
  type DecideContext,
  type Experience,
  explain,
  flaws,
  type Verdict,
} from '../../../src/engine/index.ts'
import type { Json, JsonObject } from '../../../src/protocol/index.ts'

const page = { path: '/', campaign: '', referrer: '', device: 'desktop' as const, language: 'en' }
const context: DecideContext = {
  page,
  nowMs: 1_000,
  visitorId: 'v1',
  visitor: {
    traits: { plan: 'gold', age: 30, tags: ['a', 'b'], nested: { deep: 1 }, none: null },
    events: { 'Order Completed': 2 },
    pageViews: 3,
  },
}

function catalog(audience: Condition | undefined, experience: Partial<Experience> = {}): Catalog {
  return {
    version: 'v',
    site: 'shop',
    slots: [{ name: 'hero' }],
    audiences: audience ? { target: audience } : {},
    experiences: [
      {
        id: 'e1',
        slot: 'hero',
        ...(audience ? { audience: 'target' } : {}),
        coverage: 1,
        seed: 'e1',
        variants: [{ id: 'a', weight: 1, operations: [{ op: 'text', value: 'A' }] }],
        ...experience,
      },
    ],
  }
}

test('without consent nothing of the visitor is known', () => {
  const anonymous = { page, nowMs: context.nowMs }
  const compiled = compile(catalog({ 'traits.plan': 'gold' }))
  expect(decide(compiled, anonymous)[0]?.reason).toBe('no-match')
})

test.each<[Condition, (string | number)[]]>([
  [{ 'traits.a': { $glorious: 1 } }, ['audiences', 'target', 'traits.a', '$glorious']],
  [{ nonsense: 1 }, ['audiences', 'target', 'nonsense']],
  [{ $and: [{}, { 'traits.a': { $in: 'x' } }] }, ['audiences', 'target', '$and', 1, 'traits.a', '$in']],
  [{ $or: 'x' }, ['audiences', 'target', '$or']],
  [{ $not: [] as unknown as Json }, ['audiences', 'target', '$not']],
  [{ events: 1 }, ['audiences', 'target', 'events']],
  [{ 'page.hostname': 'x' }, ['audiences', 'target', 'page.hostname']],
  [{ 'page.toString': 'x' }, ['audiences', 'target', 'page.toString']],
  [{ 'traits.a': { $exists: 'false' } }, ['audiences', 'target', 'traits.a', '$exists']],
  [{ 'traits.a': { $exists: 1 } }, ['audiences', 'target', 'traits.a', '$exists']],
  [{ 'traits.a': { $gt: 1, b: 2 } }, ['audiences', 'target', 'traits.a']],
  [{ 'traits.a': { $gt: true } }, ['audiences', 'target', 'traits.a', '$gt']],
  [{ 'traits.a': { $vgt: ['1'] } }, ['audiences', 'target', 'traits.a', '$vgt']],
  [{ 'traits.a': { $not: { $in: 'x' } } }, ['audiences', 'target', 'traits.a', '$not', '$in']],
  [{ 'traits.a': { $type: 'integer' } }, ['audiences', 'target', 'traits.a', '$type']],
  [{ 'traits.a': { $all: 'x' } }, ['audiences', 'target', 'traits.a', '$all']],
  [{ 'traits.a': { $regex: '^a' } }, ['audiences', 'target', 'traits.a', '$regex']],
  [{ 'traits.a': { $inGroup: 'nobody' } }, ['audiences', 'target', 'traits.a', '$inGroup']],
  [{ 'traits.a': { $inGroup: 'toString' } }, ['audiences', 'target', 'traits.a', '$inGroup']],
  [
    { 'traits.a': { $elemMatch: { b: { $like: 1 } } } },
    ['audiences', 'target', 'traits.a', '$elemMatch', 'b', '$like'],
  ],
  [
    { 'traits.a': { $elemMatch: { b: 1, $audience: 'target' } } },
    ['audiences', 'target', 'traits.a', '$elemMatch', '$audience'],
  ],
  [{ 'time.minute': 1 }, ['audiences', 'target', 'time.minute']],
  [{ 'pageViews.x': 1 }, ['audiences', 'target', 'pageViews.x']],
  [{ 'traits.': 1 }, ['audiences', 'target', 'traits.']],
  [{ $audience: 'nobody' }, ['audiences', 'target', '$audience']],
  [{ $or: [{ $audience: 'target' }] }, ['audiences', 'target', '$or', 0, '$audience']],
])('%j is refused with its place', (condition, path) => {
  const attempt = (): unknown => compile(catalog(condition))
  expect(attempt).toThrow(ConditionError)
  expect(attempt).toThrow(expect.objectContaining({ path }))
})

test('the first experience of a slot that fits wins', () => {
  const both = catalog(undefined)
  both.experiences.push({ ...(both.experiences[0] as Experience), id: 'e2' })
  expect(decide(compile(both), context)[0]?.experience?.id).toBe('e1')
})

test.each([
  [999, 'no-match', 1_000],
  [1_000, 'match', 2_000],
  [1_999, 'match', 2_000],
  [2_000, 'no-match', undefined],
])('at %i ms a schedule from 1,000 to 2,000 gives %s and next changes at %s', (nowMs, reason, changesAtMs) => {
  const compiled = compile(catalog(undefined, { fromMs: 1_000, untilMs: 2_000 }))
  const outcome = decide(compiled, { ...context, nowMs })[0]
  expect(outcome?.reason).toBe(reason)
  expect(outcome?.changesAtMs).toBe(changesAtMs)
})

test('audiences that ask for each other are refused with the way around, each once', () => {
  const audiences = {
    one: { $audience: 'two' },
    two: { $and: [{ $audience: 'three' }] },
    three: { $not: { $audience: 'two' } },
    four: { 'traits.x': { $like: 1 } },
    five: { $audience: 'four' },
    six: { 'traits.x': 1 },
  }
  expect(flaws({ audiences }).map(({ message, path }) => [message, path])).toEqual([
    ['an audience that asks for itself: two -> three -> two', ['audiences', 'three', '$not', '$audience']],
    ['unknown operator $like', ['audiences', 'four', 'traits.x', '$like']],
  ])
})

test('explain names the clause that failed, in the order of the catalog, and what there is instead', () => {
  const audiences = {
    target: { 'traits.tags': { $in: ['x'] }, 'traits.plan': 'gold', $audience: 'adults' },
    adults: { $and: [{ 'traits.age': { $gte: 18 } }, { 'traits.missing': { $exists: true } }] },
    either: { $or: [{ pageViews: 1 }, { pageViews: 2 }] },
  }
  const clauseOf = (name: string, traits: JsonObject): unknown => {
    const compiled = compile({ ...catalog(undefined, { audience: name }), audiences })
    return explain(compiled, { ...context, visitor: { traits, events: {}, pageViews: 3 } })[0]?.experiences[0]
  }
  const failed = { experience: 'e1', verdict: 'audience' }
  expect(clauseOf('target', { tags: ['y'], plan: 'silver' })).toEqual({
    ...failed,
    clause: { path: ['audiences', 'target', 'traits.tags'], expected: { $in: ['x'] }, actual: ['y'] },
  })
  expect(clauseOf('target', { tags: ['x'], plan: 'gold', age: 20 })).toEqual({
    ...failed,
    clause: { path: ['audiences', 'adults', '$and', 1, 'traits.missing'], expected: { $exists: true } },
  })
  expect(clauseOf('either', {})).toEqual({
    ...failed,
    clause: { path: ['audiences', 'either', '$or'], expected: [{ pageViews: 1 }, { pageViews: 2 }] },
  })
})

test.each<[Verdict, Partial<Experience>, Partial<DecideContext>]>([
  ['won', {}, {}],
  ['off', { enabled: false }, {}],
  ['scheduled', { fromMs: 2_000 }, {}],
  ['no-id', { coverage: 0.5 }, { visitorId: undefined as never }],
  ['namespace', { namespace: { id: 'n', from: 0, until: 0 } }, {}],
  ['coverage', { coverage: 0 }, {}],
  ['capped', { cap: { times: 0 } }, {}],
])('explain says %s', (verdict, experience, over) => {
  const [slot] = explain(compile(catalog(undefined, experience)), { ...context, ...over })
  expect(slot?.experiences.map((one) => one.verdict)).toEqual([verdict])
})

test('explain says unknown, and of what, while the profile is not known', () => {
  const condition = { 'page.path': page.path, $not: { 'events.Order Completed': { $gte: 1 } } }
  const [slot] = explain(compile(catalog(condition)), { page, visitorId: 'v1', nowMs: 1_000 })
  expect(slot?.experiences).toEqual([
    {
      experience: 'e1',
      verdict: 'unknown',
      clause: { path: ['audiences', 'target', '$not'], expected: condition.$not },
    },
  ])
})

test('an audience is evaluated at most once in a decision, however many experiences share it', () => {
  let evaluated = 0
  const compileRegex = () => () => {
    evaluated++
    return false
  }
  const shared = catalog({ 'traits.plan': { $regex: 'x' } })
  shared.experiences = Array.from({ length: 50 }, (_none, index) => ({
    ...(shared.experiences[0] as Experience),
    id: `e${index}`,
  }))
  shared.audiences['other'] = { $audience: 'target', 'page.path': { $ne: 'elsewhere' } }
  shared.experiences.push({ ...(shared.experiences[0] as Experience), id: 'last', audience: 'other' })
  decide(compile(shared, { compileRegex }), context)
  expect(evaluated).toBe(1)
})

test('experiences told apart by one fact are looked up, and only those that ask for it are tried', () => {
  let evaluated = 0
  const compileRegex = () => () => {
    evaluated++
    return true
  }
  const many = catalog(undefined)
  const names = Array.from({ length: 1_000 }, (_none, index) => `c${index}`)
  many.audiences = Object.fromEntries(
    names.map((name) => [name, { 'traits.plan': { $regex: 'x' }, 'page.campaign': name }]),
  )
  many.experiences = names.map((name) => ({ ...(many.experiences[0] as Experience), id: name, audience: name }))
  const compiled = compile(many, { compileRegex })
  expect(decide(compiled, { ...context, page: { ...page, campaign: 'c700' } })[0]?.experience?.id).toBe('c700')
  expect(evaluated).toBe(1)
  expect(cost(compiled).totalUs).toBeLessThan(10)
})

test('the cost of a catalog names its audiences, the dearest first, and grows with what a request may have to try', () => {
  const costOf = (condition: Condition): number =>
    cost(compile(catalog(condition), { compileRegex: () => () => true })).totalUs
  const plain = costOf({ 'traits.a': 1 })
  expect(costOf({ 'traits.a': { $regex: 'x' } })).toBeGreaterThan(plain)
  expect(costOf({ 'traits.a': { $elemMatch: { b: { $regex: 'x' } } } })).toBeGreaterThan(
    20 * costOf({ 'traits.a': { $regex: 'x' } }),
  )
  const two = catalog({ 'traits.a': 1 })
  two.audiences['dear'] = { 'traits.a': { $veq: '1.0.0' } }
  two.experiences.push({ ...(two.experiences[0] as Experience), id: 'e2', audience: 'dear' })
  expect(cost(compile(two)).audiences.map(({ name }) => name)).toEqual(['dear', 'target'])
})

const split = {
  variants: [
    { id: 'a', weight: 1, operations: [] },
    { id: 'b', weight: 3, operations: [] },
  ],
}

test('an experience that splits visitors is passed over without an id, and says so', () => {
  const anonymous = { page, nowMs: context.nowMs }
  expect(decide(compile(catalog(undefined, split)), anonymous)[0]?.reason).toBe('no-id')
  expect(decide(compile(catalog(undefined, split)), context)[0]?.reason).toBe('control')
})

test('what a decision depends on is named for the cache', () => {
  const slot = compile(catalog({ 'page.campaign': 'x', 'page.device': 'mobile', 'events.Bought': 1 })).slots[0]
  expect(slot?.vary).toEqual(['campaign'])
  expect(slot?.events).toEqual(['Bought'])
})
