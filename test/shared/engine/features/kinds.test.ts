import { expect, test } from 'vitest'
import type { FeatureDefinition } from '../../../../src/engine/features/definition.ts'
import type { FeatureEvent } from '../../../../src/engine/features/kind.ts'
import { type AnyKind, kindOf } from '../../../../src/engine/features/kinds.ts'
import { jsonBytes } from '../../../../src/engine/features/property.ts'
import type { Json, JsonObject } from '../../../../src/protocol/index.ts'

const DAY = 86_400_000
const WEEK = 7 * DAY
const AT = Date.parse('2026-03-01T00:00:00Z')

const kind = (definition: FeatureDefinition): AnyKind => kindOf(definition.kind) as AnyKind

function at(atMs: number, properties: JsonObject = {}, hash = '000000000000'): FeatureEvent {
  return { name: 'E', atMs, hash, properties }
}

function fold(definition: FeatureDefinition, events: readonly FeatureEvent[]): Json {
  return events.reduce((state, event) => kind(definition).step(definition, state, event), kind(definition).empty)
}

function valueAt(definition: FeatureDefinition, events: readonly FeatureEvent[], nowMs: number): Json | undefined {
  return kind(definition).value(definition, fold(definition, events), nowMs)
}

function changesAt(
  definition: FeatureDefinition,
  events: readonly FeatureEvent[],
  nowMs: number,
  bounds: readonly number[] = [],
): number | undefined {
  return kind(definition).changesAtMs(definition, fold(definition, events), nowMs, bounds)
}

const count: FeatureDefinition = { kind: 'count', event: 'E', withinMs: WEEK }
const sum: FeatureDefinition = { kind: 'sum', event: 'E', of: 'total', withinMs: WEEK }
const distinct: FeatureDefinition = { kind: 'distinct', event: 'E', of: 'brand', withinMs: WEEK }
const top: FeatureDefinition = { kind: 'top', event: 'E', of: 'category', halfLifeMs: WEEK }
const session: FeatureDefinition = { kind: 'session', timeoutMs: 1_800_000 }
const since: FeatureDefinition = { kind: 'since', event: 'E' }

test('without an event counts are 0, ever is false, and the others are missing', () => {
  const values = [count, sum, distinct, session, since, top, { kind: 'ever', event: 'E' } as const].map((definition) =>
    valueAt(definition, [], AT),
  )
  expect(values).toEqual([0, 0, 0, 0, undefined, undefined, false])
  for (const name of ['first', 'last'] as const)
    expect(valueAt({ kind: name, event: 'E', of: 'p' }, [], AT)).toBe(undefined)
})

test('an event is in the window until just before its instant plus the window', () => {
  for (const [definition, one] of [
    [count, 1],
    [sum, 2.5],
    [distinct, 1],
  ] as const) {
    const events = [at(AT, { total: 2.5, brand: 'a' })]
    expect(valueAt(definition, events, AT + WEEK - 1)).toBe(one)
    expect(valueAt(definition, events, AT + WEEK)).toBe(0)
    expect(changesAt(definition, events, AT)).toBe(AT + WEEK)
    expect(changesAt(definition, events, AT + WEEK - 1)).toBe(AT + WEEK)
    expect(changesAt(definition, events, AT + WEEK)).toBe(undefined)
  }
})

test('an event of the future is in the window', () => {
  expect(valueAt(count, [at(AT + DAY)], AT)).toBe(1)
  expect(valueAt(since, [at(AT + DAY)], AT)).toBe(0)
})

test('64 events leave one by one; the 65th leaves with its 32nd of the window', () => {
  const every = (number: number): FeatureEvent[] => Array.from({ length: number }, (_, index) => at(AT + index))
  for (const number of [63, 64]) {
    expect(valueAt(count, every(number), AT + 100)).toBe(number)
    expect(valueAt(count, every(number), AT + WEEK)).toBe(number - 1)
    expect(valueAt(count, every(number), AT + WEEK + 10)).toBe(number - 11)
  }
  const many = every(65)
  expect(valueAt(count, many, AT + 100)).toBe(65)
  const partMs = WEEK / 32
  const partEndMs = (Math.floor(AT / partMs) + 1) * partMs
  // The oldest, no longer exact, is counted until the end of its part has left; the 64 others have left before.
  expect(valueAt(count, many, partEndMs - 2 + WEEK)).toBe(1)
  expect(valueAt(count, many, partEndMs - 1 + WEEK)).toBe(0)
  expect(changesAt(count, many, partEndMs - 2 + WEEK)).toBe(partEndMs - 1 + WEEK)
})

test('10,000 events are counted and summed to within a 32nd of the window, in a bounded state', () => {
  const stepMs = (2 * WEEK) / 10_000
  const events = Array.from({ length: 10_000 }, (_, index) => at(AT + Math.floor(index * stepMs), { total: 0.1 }))
  const nowMs = AT + 2 * WEEK - 1
  const counted = valueAt(count, events, nowMs) as number
  expect(counted).toBeGreaterThanOrEqual(5_000)
  expect(counted).toBeLessThanOrEqual(5_000 * (1 + 1 / 32) + 1)
  expect(valueAt(sum, events, nowMs)).toBe(Math.round(counted) / 10)
  for (const definition of [count, sum]) {
    expect(jsonBytes(fold(definition, events))).toBeLessThanOrEqual(kind(definition).maxBytes(definition))
  }
})

test('events that come late or in any order count where they belong, or not at all', () => {
  const [old, now] = [AT - 2 * WEEK, AT]
  expect(valueAt(count, [at(now), at(old)], now)).toBe(1)
  expect(valueAt(count, [at(now), at(now - DAY), at(now - 2 * DAY)], now)).toBe(3)
  expect(fold(count, [at(now), at(old), at(now - DAY)])).toEqual(fold(count, [at(now - DAY), at(old), at(now)]))
})

test('sums are exact to the millionth, and refunds are taken off', () => {
  const tenths = Array.from({ length: 10 }, (_, index) => at(AT + index, { total: 0.1 }))
  expect(valueAt(sum, tenths, AT)).toBe(1)
  expect(valueAt(sum, [at(AT, { total: 20 }), at(AT, { total: -5.5 })], AT)).toBe(14.5)
  expect(valueAt({ ...sum, of: 'order.total' }, [at(AT, { order: { total: 3 } })], AT)).toBe(3)
})

test('a sum passes over what is no number: a text, a list, null, nothing, NaN', () => {
  const odd: Json[] = ['12.50', [1], null, { a: 1 }, true, Number.NaN]
  expect(valueAt(sum, [...odd.map((total) => at(AT, { total })), at(AT)], AT)).toBe(0)
})

test('a sum stays at its bounds, whatever the order', () => {
  const huge = Array.from({ length: 200 }, (_, index) => at(AT + index, { total: 1e300 }))
  const most = Number.MAX_SAFE_INTEGER / 1e6
  expect(valueAt(sum, [at(AT, { total: Infinity })], AT)).toBe(1_000_000_000)
  expect(valueAt(sum, huge, AT)).toBe(most)
  const refunds = huge.map(({ atMs }) => at(atMs, { total: -1e300 }))
  expect(valueAt(sum, refunds, AT)).toBe(-most)
  expect(fold(sum, [...huge, ...refunds])).toBe(fold(sum, [...refunds, ...huge]))
})

test('since counts whole seconds from the newest event, and changes a comparison with 60 twice', () => {
  const events = [at(AT), at(AT - DAY)]
  expect(valueAt(since, events, AT + 59_999)).toBe(59)
  expect(valueAt(since, events, AT + 60_000)).toBe(60)
  expect(changesAt(since, events, AT, [60])).toBe(AT + 60_000)
  expect(changesAt(since, events, AT + 60_000, [60])).toBe(AT + 61_000)
  expect(changesAt(since, events, AT + 61_000, [60])).toBe(undefined)
  expect(changesAt(since, events, AT, [0.5, 90])).toBe(AT + 1_000)
  expect(changesAt(since, events, AT)).toBe(undefined)
})

test('first and last go by instant, then by hash; an event without the property does not count', () => {
  const events = [at(AT, { p: 'b' }, 'bb'), at(AT, { p: 'a' }, 'aa'), at(AT - 1), at(AT + 1, { p: null })]
  expect(valueAt({ kind: 'first', event: 'E', of: 'p' }, events, AT)).toBe('a')
  expect(valueAt({ kind: 'last', event: 'E', of: 'p' }, events, AT)).toBe('b')
})

test('a value above 64 bytes, a list and an object are no value of a property', () => {
  const last: FeatureDefinition = { kind: 'last', event: 'E', of: 'p' }
  expect(valueAt(last, [at(AT, { p: 'é'.repeat(31) })], AT)).toBe('é'.repeat(31))
  for (const p of ['é'.repeat(32), 'x'.repeat(63), '\u0000'.repeat(11), ['a'], { a: 1 }, Number.NaN])
    expect(valueAt(last, [at(AT, { p })], AT)).toBe(undefined)
})

test('different values are exact up to 32, of which the ones seen last are kept', () => {
  const brands = (number: number): FeatureEvent[] =>
    Array.from({ length: number }, (_, index) => at(AT + index, { brand: `b${index}` }))
  expect(valueAt(distinct, [...brands(31), ...brands(31)], AT)).toBe(31)
  expect(valueAt(distinct, brands(32), AT)).toBe(32)
  expect(valueAt(distinct, brands(10_000), AT)).toBe(32)
  expect(valueAt(distinct, [at(AT, { brand: 5 }), at(AT, { brand: '5' }), at(AT, { brand: null })], AT)).toBe(2)
})

test('a value that is seen again stays in the window for as long as it was seen last', () => {
  const events = [at(AT, { brand: 'a' }), at(AT + DAY, { brand: 'b' }), at(AT + 2 * DAY, { brand: 'a' })]
  expect(valueAt(distinct, events, AT + DAY + WEEK - 1)).toBe(2)
  expect(valueAt(distinct, events, AT + DAY + WEEK)).toBe(1)
  expect(valueAt(distinct, events, AT + 2 * DAY + WEEK)).toBe(0)
})

test('the top value is the one with the most weight, which halves with each half-life', () => {
  const times = (number: number, atMs: number, category: Json): FeatureEvent[] =>
    Array.from({ length: number }, () => at(atMs, { category }))
  expect(valueAt(top, [...times(3, AT, 'shoes'), ...times(2, AT, 'bags')], AT)).toBe('shoes')
  // 8 of four weeks ago are half of one now.
  expect(valueAt(top, [...times(8, AT, 'shoes'), ...times(1, AT + 4 * WEEK, 'bags')], AT)).toBe('bags')
  expect(valueAt(top, [...times(17, AT, 'shoes'), ...times(1, AT + 4 * WEEK, 'bags')], AT)).toBe('shoes')
  expect(valueAt(top, [...times(1, AT, 'shoes'), ...times(1, AT, 'bags')], AT)).toBe('bags')
  expect(valueAt(top, [...times(999, AT, 'shoes'), ...times(1, AT + 9 * WEEK, 'bags')], AT)).toBe('bags')
  expect(valueAt(top, times(2, AT, 5), AT)).toBe(5)
})

test('10,000 values of an affinity leave a bounded state, the same in any order', () => {
  const events = Array.from({ length: 10_000 }, (_, index) =>
    at(AT + index * 60_000, { category: `category ${index}` }),
  )
  const state = fold(top, events)
  expect(state).toEqual(fold(top, events.toReversed()))
  expect(jsonBytes(state)).toBeLessThanOrEqual(kind(top).maxBytes(top))
  expect(valueAt(top, events, AT)).toMatch(/^category /)
})

test('a session is over when no event has come for its timeout', () => {
  const events = [0, 20, 40, 75].map((minutes) => at(AT + minutes * 60_000))
  expect(valueAt(session, events.slice(0, 3), AT + 41 * 60_000)).toBe(3)
  expect(valueAt(session, events, AT + 76 * 60_000)).toBe(1)
  expect(valueAt(session, events, AT + 105 * 60_000 - 1)).toBe(1)
  expect(valueAt(session, events, AT + 105 * 60_000)).toBe(0)
  expect(changesAt(session, events, AT + 76 * 60_000)).toBe(AT + 105 * 60_000)
  expect(changesAt(session, events, AT + 105 * 60_000)).toBe(undefined)
})

test('a late event joins two sessions to one', () => {
  const events = [0, 40].map((minutes) => at(AT + minutes * 60_000))
  const nowMs = AT + 41 * 60_000
  expect(valueAt(session, events, nowMs)).toBe(1)
  expect(valueAt(session, [...events, at(AT + 20 * 60_000)], nowMs)).toBe(3)
})

test('a full state of large numbers and long values has at most the bytes that are said', () => {
  const events = Array.from({ length: 200 }, (_, index) =>
    at(AT + index * DAY, { p: `${'é'.repeat(17)}${index}`, total: -1e9 }, 'ffffffffffff'),
  )
  const definitions: FeatureDefinition[] = [
    { ...count, withinMs: 200 * DAY },
    { kind: 'sum', event: 'E', of: 'total', withinMs: 200 * DAY },
    { ...distinct, of: 'p', withinMs: 200 * DAY },
    { ...top, of: 'p', halfLifeMs: 40 * DAY },
    { ...session, timeoutMs: DAY + 1 },
    { kind: 'last', event: 'E', of: 'p' },
    since,
  ]
  for (const definition of definitions) {
    const bytes = jsonBytes(fold(definition, events))
    expect(bytes, definition.kind).toBeGreaterThan(kind(definition).maxBytes(definition) * 0.6)
    expect(bytes, definition.kind).toBeLessThanOrEqual(kind(definition).maxBytes(definition))
  }
})

test('events before 1970 and after 2109, and no number at all, are held at the nearest instant', () => {
  for (const atMs of [-5, 0, Number.NaN, 1e300]) {
    expect(valueAt(count, [at(atMs)], 1)).toBe(1)
    expect(fold(since, [at(atMs)])).toBeGreaterThan(0)
  }
})
