import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBucket } from '../../../src/engine/bucket.ts'
import {
  type Catalog,
  compile,
  type Condition,
  decide,
  type DecideContext,
  type Experience,
  explain,
  type Verdict,
} from '../../../src/engine/index.ts'
import { indexAt, rangesOf } from '../../../src/engine/range.ts'
import type { Json } from '../../../src/protocol/index.ts'

const page = { path: '/', campaign: '', referrer: '', device: 'desktop' as const, language: 'en' }

const value: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, 1, 2, 'a', 'b', '1'),
  fc.array(fc.constantFrom<Json>('a', 'b', 1), { maxLength: 3 }),
  fc.record({ p: fc.constantFrom<Json>(1, 2), q: fc.constantFrom<Json>('a', null) }) as fc.Arbitrary<Json>,
)

const test1: fc.Arbitrary<Json> = fc.oneof(
  value,
  fc.record({ $gte: fc.constantFrom(0, 1), $lt: fc.constantFrom(1, 2) }),
  fc.record({ $exists: fc.boolean(), $ne: value }),
  fc.record({ $in: fc.array(value, { maxLength: 3 }), $nin: fc.array(value, { maxLength: 2 }) }),
  fc.record({ $not: fc.record({ $type: fc.constantFrom('string', 'array'), $eq: value }) }),
  fc.record({ $all: fc.array(value, { maxLength: 2 }), $size: fc.constantFrom<Json>(1, 2, { $gt: 0 }) }),
) as fc.Arbitrary<Json>

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    fc.record(
      { 'traits.x': test1, 'traits.y': test1, 'page.campaign': fc.constantFrom('', 'spring') },
      { requiredKeys: [] },
    ),
    fc.record(
      { $or: fc.array(tie('condition'), { maxLength: 3 }), $not: tie('condition'), 'traits.x': test1 },
      { requiredKeys: ['$or'] },
    ),
    fc.record({
      $and: fc.array(tie('condition'), { maxLength: 3 }),
      $nor: fc.array(tie('condition'), { maxLength: 2 }),
    }),
  ) as fc.Arbitrary<Condition>,
}))

const context: fc.Arbitrary<DecideContext> = fc.record({
  visitorId: fc.uuid(),
  visitor: fc.record({
    traits: fc.record({ x: value, y: value }, { requiredKeys: [] }),
    events: fc.constant({}),
    pageViews: fc.nat(3),
  }),
  page: fc.constantFrom('', 'spring', 'summer').map((campaign) => ({ ...page, campaign })),
  nowMs: fc.nat(10),
}) as fc.Arbitrary<DecideContext>

const operations = [{ op: 'text', value: 'A' }] as const

function experience(id: string, more: Partial<Experience> = {}): Experience {
  return {
    id,
    slot: 'hero',
    coverage: 1,
    seed: id,
    variants: [{ id: 'a', weight: 1, operations: [...operations] }],
    ...more,
  }
}

function catalog(experiences: Experience[], audiences: Catalog['audiences'] = {}): Catalog {
  return { version: 'v', site: 'shop', slots: [{ name: 'hero' }], audiences, experiences }
}

/** The same value with every object's keys in the opposite order. */
function reversed(json: Json): Json {
  if (Array.isArray(json)) return json.map(reversed)
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(
    Object.entries(json)
      .reverse()
      .map(([key, part]) => [key, reversed(part)]),
  )
}

test('the order of keys never matters, in conditions and in what is known of a visitor', () => {
  fc.assert(
    fc.property(condition, context, (asked, known) => {
      const one = decide(compile(catalog([experience('e', { audience: 'x' })], { x: asked })), known)
      const turned = catalog([experience('e', { audience: 'x' })], { x: reversed(asked) as Condition })
      const other = decide(compile(turned), reversed(known as never) as never)
      expect(other[0]?.reason).toBe(one[0]?.reason)
    }),
    { numRuns: 500 },
  )
})

test('a condition and its $not never agree', () => {
  fc.assert(
    fc.property(condition, context, (asked, known) => {
      const audiences = { x: asked, y: { $not: asked }, z: { $nor: [{ $audience: 'x' }] } }
      const slots = ['x', 'y', 'z'].map((name) => ({ name }))
      const experiences = slots.map(({ name }) => experience(name, { slot: name, audience: name }))
      const [x, y, z] = decide(compile({ ...catalog(experiences, audiences), slots }), known).map(
        ({ reason }) => reason,
      )
      expect(y).not.toBe(x)
      expect(z).toBe(y)
    }),
    { numRuns: 500 },
  )
})

test('what is decided of somebody unknown holds of everybody, and of somebody known nothing is unknown', () => {
  const verdictOf = (asked: Condition, known: DecideContext): Verdict | undefined =>
    explain(compile(catalog([experience('e', { audience: 'x' })], { x: asked })), known)[0]?.experiences[0]?.verdict
  fc.assert(
    fc.property(condition, context, (part, { visitor, ...rest }) => {
      for (const asked of [part, { $not: part }, { $nor: [part, { 'traits.x': 1 }] }] as Condition[]) {
        const [unknown, known] = [verdictOf(asked, rest), verdictOf(asked, { visitor: visitor as never, ...rest })]
        expect(known).not.toBe('unknown')
        if (unknown !== 'unknown') expect(unknown).toBe(known)
      }
    }),
    { numRuns: 1_000 },
  )
})

const anchored = fc.record({
  'page.campaign': fc.constantFrom<Json>('', 'spring', { $in: ['spring', 'summer'] }, { $ne: 'spring' }),
}) as fc.Arbitrary<Condition>

test('explain agrees with decide: the first experience that fits has won, and each that does not names its clause', () => {
  const entry = fc.record({
    condition: fc.oneof(anchored, condition),
    priority: fc.nat(2),
    coverage: fc.constantFrom(1, 0.5),
  })
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), context, (entries, known) => {
      const experiences = entries.map(({ priority, coverage }, index) =>
        experience(`e${index}`, { priority, coverage, audience: `x${index}` }),
      )
      const audiences = Object.fromEntries(entries.map((one, index) => [`x${index}`, one.condition]))
      const compiled = compile(catalog(experiences, audiences))
      const [explanation] = explain(compiled, known)
      const fits = explanation?.experiences.filter(({ verdict }) => verdict === 'won' || verdict === 'behind') ?? []
      expect(fits.map(({ verdict }) => verdict)).toEqual(fits.map((_one, index) => (index === 0 ? 'won' : 'behind')))
      expect(decide(compiled, known)[0]?.experience?.id).toBe(fits[0]?.experience)
      for (const { verdict, clause } of explanation?.experiences ?? []) {
        expect(clause !== undefined).toBe(verdict === 'audience')
        if (clause) expect(clause.path[0]).toBe('audiences')
      }
    }),
    { numRuns: 500 },
  )
})

test('growing coverage moves nobody who is in', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 })
  const coverages = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
  fc.assert(
    fc.property(fc.uuid(), weights, coverages, (visitorId, parts, coverage) => {
      const [less, more] = [...coverage].sort((a, b) => a - b) as [number, number]
      const variants = parts.map((weight, index) => ({ id: String(index), weight, operations: [...operations] }))
      const variantAt = (share: number): string | undefined =>
        decide(compile(catalog([experience('e', { variants, coverage: share })])), { page, nowMs: 0, visitorId })[0]
          ?.variant?.id
      const before = variantAt(less)
      if (before !== undefined) expect(variantAt(more)).toBe(before)
    }),
    { numRuns: 1_000 },
  )
})

test('full coverage leaves nobody out', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 7 })
  fc.assert(
    fc.property(fc.nat(9_999), weights, (step, parts) => {
      const variants = parts.map((weight) => ({ id: 'a', weight, operations: [] }))
      expect(indexAt(step / 10_000, rangesOf({ variants, coverage: 1 }))).toBeGreaterThanOrEqual(0)
    }),
  )
})

function chiSquare(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.reduce(
    (sum, count, index) => sum + (count - total * (shares[index] as number)) ** 2 / (total * (shares[index] as number)),
    0,
  )
}

test.each(['hero-2026', 'b', ''])(
  'visitors spread evenly over the buckets under the seed "%s" (chi-square, p > 0.001)',
  (seed) => {
    const place = createBucket(seed)
    const counts = Array.from({ length: 20 }, () => 0)
    for (let visitor = 0; visitor < 100_000; visitor++) {
      const bin = Math.floor(place(`visitor-${visitor}`) * 20)
      counts[bin] = (counts[bin] ?? 0) + 1
    }
    // The quantile of the chi-square distribution with 19 degrees of freedom.
    expect(
      chiSquare(
        counts,
        counts.map(() => 1 / 20),
      ),
    ).toBeLessThan(43.82)
  },
)

test('two experiences deal independently of each other (chi-square, p > 0.001)', () => {
  const [one, other] = [createBucket('one'), createBucket('other')]
  const counts = [0, 0, 0, 0]
  for (let visitor = 0; visitor < 100_000; visitor++) {
    const cell = (one(`v${visitor}`) < 0.5 ? 0 : 2) + (other(`v${visitor}`) < 0.5 ? 0 : 1)
    counts[cell] = (counts[cell] ?? 0) + 1
  }
  expect(chiSquare(counts, [0.25, 0.25, 0.25, 0.25])).toBeLessThan(16.27)
})
