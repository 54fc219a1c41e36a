import { expect, test } from 'vitest'
import {
  type Catalog,
  compile,
  type Condition,
  cost,
  type Experience,
  type TextTest,
} from '../../../src/engine/index.ts'
import type { Json } from '../../../src/protocol/index.ts'

function experience(id: string, more: Partial<Experience> = {}): Experience {
  return { id, slot: 'hero', coverage: 1, seed: id, variants: [{ id: 'a', weight: 1, operations: [] }], ...more }
}

function catalog(audiences: Catalog['audiences'], experiences: Experience[], more: Partial<Catalog> = {}): Catalog {
  const slots = [{ name: 'hero' }]
  return { version: 'v', site: 'shop', slots, groups: { vip: [1, 2] }, audiences, experiences, ...more }
}

const slow: TextTest = Object.assign(() => true, { costNs: 9_000 })
const usual: TextTest = () => true
const compileRegex = (pattern: string): TextTest => (pattern === 'slow' ? slow : usual)

/** Returns the cost of an audience, in ns. */
function priceOf(target: Condition, others: Catalog['audiences'] = {}): number {
  const compiled = compile(catalog({ target, ...others }, [experience('e', { audience: 'target' })]), { compileRegex })
  return Math.round((cost(compiled).audiences[0]?.costUs ?? Number.NaN) * 1_000)
}

/** Returns the cost of testing a trait, which may be a list, without reading it. */
function testOf(operand: Json): number {
  return priceOf({ 'traits.a': operand }) - READ_NS
}

/** Returns the cost of testing a fact that is never a list, without reading it. */
function singleTestOf(operand: Json): number {
  return priceOf({ 'page.campaign': operand }) - READ_NS
}

const READ_NS = 10
const COMPARE_NS = 8
/** A short comparison with as many items as are looked at; a longer one with as many as a body of that size has. */
const EACH_SHORT = 256
const EACH_LONG = 32

test.each<[Json, number]>([
  ['x', COMPARE_NS],
  [null, COMPARE_NS],
  [{ $ne: 1 }, COMPARE_NS],
  [{ $lt: 1 }, COMPARE_NS],
  [{ $exists: true }, COMPARE_NS],
  [{ $type: 'null' }, COMPARE_NS],
  [{ $size: 1 }, COMPARE_NS],
  [{ $veq: '1.0.0' }, 400],
  [{ $vgt: 1 }, 400],
  [{ $regex: 'usual' }, 2_500],
  [{ $regexi: 'slow' }, 9_000],
  [{ $not: { $regex: 'slow' } }, 9_000],
  [{ $in: ['x'] }, EACH_SHORT * COMPARE_NS],
  [{ $nin: ['x'] }, EACH_SHORT * COMPARE_NS],
  [{ $inGroup: 'vip' }, EACH_SHORT * COMPARE_NS],
  [{ $elemMatch: { $gt: 1 } }, EACH_SHORT * COMPARE_NS],
  [{ $elemMatch: { $regex: 'slow' } }, EACH_LONG * 9_000],
  [{ $alli: ['x'] }, COMPARE_NS + EACH_LONG * 400],
  [{}, 0],
])('a trait tested by %j takes %i ns and the reading', (operand, ns) => {
  expect(testOf(operand)).toBe(ns)
})

test('what is compared with an object takes as long as the object is large', () => {
  expect(testOf([])).toBe(COMPARE_NS)
  expect(testOf([1, 2])).toBe(3 * COMPARE_NS)
  expect(testOf({ $eq: { a: { b: 1 }, c: [1, 2] } })).toBe(6 * COMPARE_NS)
})

test('a fact that is never a list is looked up in one step, however long the list of the catalog', () => {
  expect(singleTestOf({ $in: ['x'] })).toBe(COMPARE_NS)
  expect(singleTestOf({ $in: Array.from({ length: 1_000 }, (_none, index) => index) })).toBe(COMPARE_NS)
  expect(singleTestOf({ $inGroup: 'vip' })).toBe(COMPARE_NS)
  expect(singleTestOf({ $ini: ['x'] })).toBe(3 * COMPARE_NS)
  // Each object is compared by itself; null is none.
  expect(singleTestOf({ $in: ['x', null, {}, { a: 1 }] })).toBe(COMPARE_NS + 2 * 40)
})

test('all items of $all are looked for, one after the other', () => {
  const one = testOf({ $all: [1] }) - COMPARE_NS
  expect(one).toBe(EACH_SHORT * COMPARE_NS)
  expect(testOf({ $all: [1, 2, 3] })).toBe(COMPARE_NS + 3 * one)
  expect(testOf({ $all: [] })).toBe(COMPARE_NS)
})

test('the cost of several clauses is their sum, and a joint other than $and costs a call more', () => {
  const clause = { 'traits.a': 1 }
  const one = priceOf(clause)
  expect(one).toBe(READ_NS + COMPARE_NS)
  expect(priceOf({})).toBe(0)
  expect(priceOf({ 'traits.a': { $gt: 1, $lt: 5 } })).toBe(one + COMPARE_NS)
  expect(priceOf({ 'traits.a': 1, 'traits.b': 1 })).toBe(2 * one)
  expect(priceOf({ $and: [clause, clause, clause] })).toBe(3 * one)
  expect(priceOf({ $or: [clause, clause] })).toBe(10 + 2 * one)
  expect(priceOf({ $nor: [clause, clause] })).toBe(10 + 2 * one)
  expect(priceOf({ $not: clause })).toBe(10 + one)
  expect(priceOf({ $audience: 'other' }, { other: clause })).toBe(one)
  expect(testOf({ $elemMatch: { b: 1, c: 2 } })).toBe(EACH_SHORT * 16)
})

test('a decision tries each experience, reads each attribute once and asks each audience once', () => {
  const audiences = { a: { 'traits.x': { $gt: 1 } }, b: { 'traits.x': { $gt: 2 }, 'traits.y': { $regex: 'slow' } } }
  const names = ['a', 'b', 'b', undefined]
  const experiences = names.map((audience, index) =>
    experience(`e${index}`, audience === undefined ? {} : { audience }),
  )
  const { totalUs, audiences: prices } = cost(compile(catalog(audiences, experiences), { compileRegex }))
  const [a, b] = [READ_NS + COMPARE_NS, 2 * READ_NS + COMPARE_NS + 9_000]
  expect(prices).toEqual([
    { name: 'b', costUs: b / 1_000 },
    { name: 'a', costUs: a / 1_000 },
  ])
  expect(totalUs).toBeCloseTo((4 * 100 + 2 * 2 + a + b) / 1_000, 9)
})

test('of experiences that are looked up only the dearest list counts, and of slots all', () => {
  const audiences = Object.fromEntries(
    ['x', 'y', 'z'].map((campaign) => [
      campaign,
      { 'page.campaign': campaign, ...(campaign === 'y' ? { 'traits.a': { $regex: 'slow' } } : {}) },
    ]),
  )
  const experiences = ['x', 'y', 'z'].map((audience) => experience(audience, { audience }))
  const totalNs = (slots: string[]): number => {
    const all = slots.flatMap((slot) => experiences.map((one) => ({ ...one, id: slot + one.id, slot })))
    const parts = { slots: slots.map((name) => ({ name })) }
    return cost(compile(catalog(audiences, all, parts), { compileRegex })).totalUs * 1_000
  }
  const one = totalNs(['hero'])
  const values = 2 * 2
  expect(one).toBeCloseTo(values + 100 + 2 * READ_NS + COMPARE_NS + 9_000, 6)
  expect(totalNs(['hero', 'footer'])).toBeCloseTo(2 * one - values, 6)
})

test('a catalog of nothing costs nothing', () => {
  expect(cost(compile(catalog({}, [])))).toEqual({ totalUs: 0, audiences: [] })
})
