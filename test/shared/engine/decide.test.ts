import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucket, chooseVariant } from '../../../src/engine/bucket.ts'
import { type Catalog, compile, type Condition, ConditionError, decide, type DecideContext, type Experience } from '../../../src/engine/index.ts'
import type { Json } from '../../../src/protocol/index.ts'

const page = { path: '/', campaign: '', referrer: '', device: 'desktop' as const, language: 'en' }
const context: DecideContext = {
  page,
  nowMs: 1_000,
  visitorId: 'v1',
  visitor: { traits: { plan: 'gold', age: 30, tags: ['a', 'b'], nested: { deep: 1 }, none: null }, events: { 'Order Completed': 2 }, pageViews: 3 },
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

const holds = (condition: Condition, over: Partial<DecideContext> = {}): boolean =>
  decide(compile(catalog(condition)), { ...context, ...over })[0]?.reason === 'match'

test.each<[Condition, boolean]>([
  [{}, true],
  [{ 'traits.plan': 'gold' }, true],
  [{ 'traits.plan': 'silver' }, false],
  [{ 'traits.plan': { $ne: 'silver' } }, true],
  [{ 'traits.nested.deep': 1 }, true],
  [{ 'traits.nested': { deep: 1 } }, true],
  [{ 'traits.missing': null }, true],
  [{ 'traits.missing': { $exists: false } }, true],
  [{ 'traits.none': { $exists: true } }, false],
  [{ 'traits.age': { $gte: 30, $lt: 31 } }, true],
  [{ 'traits.age': { $gt: 30 } }, false],
  [{ 'traits.age': { $lte: 30 } }, true],
  [{ 'traits.age': { $gt: '29' } }, false],
  [{ 'traits.plan': { $gt: 'gol' } }, true],
  [{ 'traits.plan': { $in: ['gold', 'silver'] } }, true],
  [{ 'traits.plan': { $nin: ['gold'] } }, false],
  [{ 'traits.plan': { $in: [] } }, false],
  [{ 'traits.missing': { $in: [null] } }, true],
  [{ 'traits.missing': { $in: ['gold', null] } }, true],
  [{ 'traits.none': { $in: [null] } }, true],
  [{ 'traits.plan': { $in: [null] } }, false],
  [{ 'traits.missing': { $nin: [null] } }, false],
  [{ 'traits.tags': { $in: ['b'] } }, true],
  [{ 'traits.tags': ['a', 'b'] }, true],
  [{ 'events.Order Completed': { $gte: 2 } }, true],
  [{ 'events.Never': 0 }, true],
  [{ pageViews: { $gte: 3 } }, true],
  [{ 'page.campaign': '' }, true],
  [{ $and: [{ pageViews: 3 }, { 'traits.plan': 'gold' }] }, true],
  [{ $or: [{ pageViews: 4 }, { 'traits.plan': 'gold' }] }, true],
  [{ $nor: [{ pageViews: 4 }] }, true],
  [{ $not: { pageViews: 3 } }, false],
  [{ 'traits.toString': { $exists: false } }, true],
  [{ 'traits.__proto__': { $exists: false } }, true],
])('%j holds: %s', (condition, expected) => {
  expect(holds(condition)).toBe(expected)
})

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
  [{ $or: [] }, ['audiences', 'target', '$or']],
  [{ $and: [] }, ['audiences', 'target', '$and']],
  [{ $and: [{ $nor: [] }] }, ['audiences', 'target', '$and', 0, '$nor']],
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

const split = { variants: [{ id: 'a', weight: 1, operations: [] }, { id: 'b', weight: 3, operations: [] }] }

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

// Reference values of FNV-1a 32 applied twice, computed by hand from the published offset basis and prime.
test('bucketing is FNV-1a twice over seed and id, in steps of 1/10,000', () => {
  const fnv = (text: string): number => {
    let hash = 2_166_136_261n
    for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 16_777_619n) % 4_294_967_296n
    return Number(hash)
  }
  for (const id of ['v1', 'a', '', 'x'.repeat(100)]) {
    expect(bucket('seed', id)).toBe((fnv(String(fnv(`seed${id}`))) % 10_000) / 10_000)
  }
})

test('visitors spread over variants by weight (chi-square, p > 0.001)', () => {
  const counts = [0, 0]
  const visitors = 20_000
  for (let index = 0; index < visitors; index++) {
    const chosen = chooseVariant(bucket('seed', `visitor-${index}`), [1, 3], 1)
    counts[chosen] = (counts[chosen] ?? 0) + 1
  }
  const [small = 0, large = 0] = counts
  const chiSquare = (small - visitors / 4) ** 2 / (visitors / 4) + (large - (visitors * 3) / 4) ** 2 / ((visitors * 3) / 4)
  expect(chiSquare).toBeLessThan(10.83)
})

test('growing coverage moves nobody who is in', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }),
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
      (position, weights, coverages) => {
        const [less, more] = [...coverages].sort((a, b) => a - b) as [number, number]
        const before = chooseVariant(position, weights, less)
        if (before >= 0) expect(chooseVariant(position, weights, more)).toBe(before)
      },
    ),
  )
})

test('full coverage leaves nobody out', () => {
  fc.assert(
    fc.property(fc.nat(9_999), fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 7 }), (step, weights) => {
      expect(chooseVariant(step / 10_000, weights, 1)).toBeGreaterThanOrEqual(0)
    }),
  )
})
