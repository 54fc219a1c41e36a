import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FeatureDefinition } from '../../../../src/engine/features/definition.ts'
import type { FeatureEvent } from '../../../../src/engine/features/kind.ts'
import { type AnyKind, KIND_NAMES, type KindName, kindOf } from '../../../../src/engine/features/kinds.ts'
import { jsonBytes } from '../../../../src/engine/features/property.ts'
import type { Json } from '../../../../src/protocol/index.ts'

const MINUTE = 60_000

/** Definitions of each kind; the time scales are those of the events below. */
const definitions: { readonly [Name in KindName]: readonly FeatureDefinition[] } = {
  count: [
    { kind: 'count', event: 'E', withinMs: 10 * MINUTE },
    { kind: 'count', event: 'E', withinMs: 777 },
  ],
  sum: [{ kind: 'sum', event: 'E', of: 'p', withinMs: 10 * MINUTE }],
  since: [{ kind: 'since', event: 'E' }],
  first: [{ kind: 'first', event: 'E', of: 'p' }],
  last: [{ kind: 'last', event: 'E', of: 'p' }],
  distinct: [{ kind: 'distinct', event: 'E', of: 'p', withinMs: 10 * MINUTE }],
  top: [{ kind: 'top', event: 'E', of: 'p', halfLifeMs: 4 * MINUTE }],
  ever: [{ kind: 'ever', event: 'E' }],
  session: [{ kind: 'session', timeoutMs: MINUTE }],
}

const START = Date.parse('2026-03-01T00:00:00Z')

const property: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -50, max: 50 }) },
  { weight: 2, arbitrary: fc.double() },
  { weight: 2, arbitrary: fc.constantFrom<Json>('shoes', 'bags', '5', 5, true, 0, -0, 1e300, -1e300, null) },
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom<Json>('x'.repeat(100), [1], { a: 1 }),
)

/** Many in one instant, many in a minute, and some hours apart: windows overflow, and drop parts. */
const instant = fc.oneof(
  fc.nat(3).map((step) => START + step),
  fc.nat(5 * MINUTE).map((ms) => START + ms),
  fc.nat(300 * MINUTE).map((ms) => START + ms),
)

const event: fc.Arbitrary<FeatureEvent> = fc.record({
  name: fc.constant('E'),
  atMs: instant,
  hash: fc.nat(30).map((number) => number.toString(16).padStart(12, '0')),
  properties: fc.oneof({ weight: 9, arbitrary: fc.record({ p: property }) }, fc.constant({})),
})

const events = fc.oneof(
  fc.array(event, { maxLength: 12 }),
  fc.array(event, { minLength: 60, maxLength: 200, size: 'max' }),
)

function foldAll(kind: AnyKind, definition: FeatureDefinition, all: readonly FeatureEvent[]): Json {
  return all.reduce((state, one) => kind.step(definition, state, one), kind.empty)
}

const bytes = (state: Json): string => JSON.stringify(state)

const cases = KIND_NAMES.flatMap((name) =>
  definitions[name].map((definition) => [name, definition, kindOf(name) as AnyKind] as const),
)

describe.each(cases)('%s %o', (_name, definition, kind) => {
  test('the state is a function of the multiset of events: the order of steps changes no byte', () => {
    fc.assert(
      fc.property(events, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (all, random) => {
        const keyed = all.map((one) => ({ one, key: random.next().value as number }))
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ one }) => one)
        const sorted = [...all].sort((a, b) => a.atMs - b.atMs)
        const expected = bytes(foldAll(kind, definition, all))
        expect(bytes(foldAll(kind, definition, shuffled))).toBe(expected)
        expect(bytes(foldAll(kind, definition, sorted))).toBe(expected)
      }),
    )
  })

  test('the merge of two states is the state of both multisets; it commutes, associates, and `empty` is neutral', () => {
    fc.assert(
      fc.property(events, events, events, (a, b, c) => {
        const [one, two, three] = [a, b, c].map((part) => foldAll(kind, definition, part)) as [Json, Json, Json]
        const merge = (x: Json, y: Json): Json => kind.merge(definition, x, y)
        expect(bytes(merge(one, two))).toBe(bytes(foldAll(kind, definition, [...a, ...b])))
        expect(bytes(merge(two, one))).toBe(bytes(merge(one, two)))
        expect(bytes(merge(merge(one, two), three))).toBe(bytes(merge(one, merge(two, three))))
        expect(bytes(merge(one, kind.empty))).toBe(bytes(one))
        expect(bytes(merge(kind.empty, one))).toBe(bytes(one))
      }),
    )
  })

  test('a state survives JSON, has at most the bytes that are said, and nothing is changed in place', () => {
    fc.assert(
      fc.property(events, event, (all, more) => {
        const state = foldAll(kind, definition, all)
        const written = bytes(state)
        const read = JSON.parse(written) as Json
        expect(read).toEqual(state)
        expect(bytes(kind.step(definition, read, more))).toBe(bytes(foldAll(kind, definition, [...all, more])))
        expect(bytes(read)).toBe(written)
        expect(jsonBytes(state)).toBeLessThanOrEqual(kind.maxBytes(definition))
      }),
    )
  })

  test('the value stays the same until just before the instant at which time changes it', () => {
    fc.assert(
      fc.property(events, fc.nat(400 * MINUTE), fc.double({ min: 0, max: 1, noNaN: true }), (all, ms, share) => {
        const state = foldAll(kind, definition, all)
        const nowMs = START - 10 * MINUTE + ms
        const shown = (atMs: number): Json | undefined => {
          const value = kind.value(definition, state, atMs)
          // Compared with 60 alone.
          return definition.kind === 'since' && value !== undefined ? Math.sign((value as number) - 60) : value
        }
        const changesAtMs = kind.changesAtMs(definition, state, nowMs, [60])
        if (changesAtMs !== undefined) expect(changesAtMs).toBeGreaterThan(nowMs)
        const untilMs = (changesAtMs ?? nowMs + 10_000 * MINUTE) - 1
        const between = Math.floor(nowMs + share * (untilMs - nowMs))
        for (const atMs of [between, untilMs]) expect(shown(atMs)).toEqual(shown(nowMs))
      }),
    )
  })
})
