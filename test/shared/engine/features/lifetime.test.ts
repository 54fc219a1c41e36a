import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Catalog,
  compile,
  compileFeatures,
  type Condition,
  decide,
  type DecideContext,
  declareFeature,
  type FeatureDeclaration,
  type FeatureEvent,
  type SlotOutcome,
} from '../../../../src/engine/index.ts'
import type { Json } from '../../../../src/protocol/index.ts'

const MINUTE = 60_000
const START = Date.parse('2026-03-01T00:00:00Z')

const declarations: { readonly [name: string]: FeatureDeclaration } = {
  count: { kind: 'count', event: 'Viewed', within: '10m' },
  shoes: { kind: 'count', event: 'Viewed', where: { category: 'shoes' }, within: '32m' },
  sum: { kind: 'sum', event: 'Bought', of: 'total', within: '1h' },
  since: { kind: 'since', event: 'Bought' },
  first: { kind: 'first', event: 'Viewed', of: 'category' },
  last: { kind: 'last', event: 'Viewed', of: 'category' },
  distinct: { kind: 'distinct', event: 'Viewed', of: 'category', within: '20m' },
  top: { kind: 'top', event: 'Viewed', of: 'category', halfLife: '5m' },
  ever: { kind: 'ever', event: 'Bought' },
  session: { kind: 'session', timeout: '3m' },
}
const features = Object.fromEntries(
  Object.entries(declarations).map(([name, declaration]) => [name, declareFeature(declaration, ['features', name])]),
)

const number = fc.oneof(fc.nat(5), fc.nat(4_000), fc.double({ min: 0, max: 400, noNaN: true }))

const comparison = fc.oneof(
  number,
  ...['$gt', '$gte', '$lt', '$lte', '$ne'].map((operator) => number.map((bound): Json => ({ [operator]: bound }))),
  fc.record({ $gte: fc.nat(3), $lte: fc.integer({ min: 3, max: 90 }) }),
  fc.array(number, { maxLength: 3 }).map((list): Json => ({ $in: list })),
  fc.constantFrom<Json>({ $inGroup: 'seconds' }, { $not: { $gte: 120 } }, { $exists: false }, 'shoes', true),
) as fc.Arbitrary<Json>

const clause: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...Object.keys(features)), comparison)
    .map(([name, value]) => ({ [`features.${name}`]: value })),
  fc.nat(6).map((atMost) => ({ $did: { event: 'Viewed', within: '7m', atMost } })),
  fc.integer({ min: 1, max: 90 }).map((atLeast) => ({
    $did: { event: 'Viewed', where: { category: { $ne: 'bags' } }, within: '1h', atLeast },
  })),
  fc.constantFrom<Condition>(
    { $did: { event: 'Bought', atMost: 0 } },
    { 'page.path': '/sale' },
    { 'time.hour': 1 },
    { 'features.sum': { $vgte: 20 } },
  ),
)

const condition: fc.Arbitrary<Condition> = fc.oneof(
  clause,
  fc.tuple(clause, clause).map(([one, other]) => ({ $and: [one, other] })),
  fc.tuple(clause, clause, clause).map(([one, other, third]) => ({ $or: [one, { $not: other }, third] })),
  clause.map((one) => ({ $nor: [one, { $audience: 'other' }] })),
)

const event: fc.Arbitrary<FeatureEvent> = fc.record({
  name: fc.constantFrom('Viewed', 'Viewed', 'Bought', 'Signed Up'),
  atMs: fc.oneof(fc.nat(20 * MINUTE), fc.nat(120 * MINUTE)).map((ms) => START + ms),
  hash: fc.nat(30).map((digits) => digits.toString(16).padStart(12, '0')),
  properties: fc.record({
    category: fc.constantFrom('shoes', 'bags', 'hats'),
    total: fc.constantFrom<Json>(1, 20, 3.5, -2, 'ten'),
  }),
})

/** Few events, and so many that windows keep the older ones in parts. */
const history = fc.oneof(
  fc.array(event, { maxLength: 12 }),
  fc.array(event, { minLength: 80, maxLength: 160, size: 'max' }),
)

function catalogOf(one: Condition, two: Condition, other: Condition): Catalog {
  const slots = ['hero', 'offer'].map((name) => ({ name }))
  return {
    version: 'v',
    site: 'shop',
    slots,
    groups: { seconds: [30, 600] },
    features,
    audiences: { one, two, other },
    experiences: slots.flatMap(({ name }) =>
      ['one', 'two'].map((audience) => ({
        id: `${name}-${audience}`,
        slot: name,
        audience,
        // The other way round in the second slot, so that some features are read there alone.
        priority: name === 'hero' || audience === 'two' ? 1 : 0,
        coverage: 1,
        seed: 's',
        variants: [{ id: 'a', weight: 1, operations: [] }],
      })),
    ),
  }
}

function winner({ reason, experience }: SlotOutcome): string {
  return `${reason} ${experience?.id}`
}

test('until the end of a decision its outcome stays the same if no event comes', () => {
  fc.assert(
    fc.property(
      fc.tuple(condition, condition, clause),
      history,
      fc.integer({ min: -10, max: 300 }).map((minutes) => START + minutes * MINUTE + 7),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
      (conditions, events, nowMs, shares) => {
        const compiled = compile(catalogOf(...conditions))
        const { fold } = compileFeatures(compiled.features.map(({ feature }) => feature))
        const states = events.reduce((before, one) => fold(before, one), {})
        const decideAt = (atMs: number): SlotOutcome[] => {
          const page = { path: '/', campaign: '', referrer: '', device: 'desktop', language: 'en' } as const
          const visitor = { traits: {}, events: {}, pageViews: 0, features: states }
          const context: DecideContext = { page, visitor, nowMs: atMs, utcOffsetMin: 0 }
          return decide(compiled, context)
        }
        for (const [slot, outcome] of decideAt(nowMs).entries()) {
          const untilMs = outcome.changesAtMs ?? nowMs + 7 * 86_400_000
          expect(untilMs).toBeGreaterThan(nowMs)
          const between = shares.map((share) => Math.floor(nowMs + share * (untilMs - 1 - nowMs)))
          for (const atMs of [...between, untilMs - 1])
            expect(winner(decideAt(atMs)[slot] as SlotOutcome)).toBe(winner(outcome))
        }
      },
    ),
    { numRuns: 1_500 },
  )
})

test('a decision ends for each of these changes, and not each second', () => {
  const ends = (target: Condition, nowMs: number): (number | undefined)[] => {
    const compiled = compile(catalogOf(target, target, target))
    const { fold } = compileFeatures(compiled.features.map(({ feature }) => feature))
    const visitor = {
      ...{ traits: {}, events: {}, pageViews: 0 },
      features: fold({}, { name: 'Bought', atMs: START, hash: '0badcafe0bad', properties: { total: 5 } }),
    }
    const page = { path: '/', campaign: '', referrer: '', device: 'desktop', language: 'en' } as const
    return decide(compiled, { page, visitor, nowMs }).map(({ changesAtMs }) => changesAtMs)
  }
  expect(ends({ 'features.since': { $lt: 3_600 } }, START + 5)).toEqual([START + 3_600_000, START + 3_600_000])
  expect(ends({ 'features.since': { $inGroup: 'seconds' } }, START + 30_500)).toEqual([START + 31_000, START + 31_000])
  expect(ends({ 'features.since': { $inGroup: 'seconds' } }, START + 31_000)).toEqual([
    START + 600_000,
    START + 600_000,
  ])
  expect(ends({ 'features.sum': { $gte: 5 } }, START + 5)).toEqual([START + 3_600_000, START + 3_600_000])
  expect(ends({ 'features.ever': true }, START + 5)).toEqual([undefined, undefined])
})
