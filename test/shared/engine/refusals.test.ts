import { expect, test } from 'vitest'
import {
  type Catalog,
  compile,
  type CompileRegex,
  type Condition,
  ConditionError,
  decide,
  flaws,
} from '../../../src/engine/index.ts'
import type { Json } from '../../../src/protocol/index.ts'

const compileRegex: CompileRegex = (pattern) => {
  const regex = new RegExp(pattern)
  return (text) => regex.test(text)
}

function refusalOf(audiences: Catalog['audiences']): string[] {
  return flaws({ audiences }, { compileRegex }).map(({ message }) => message)
}

/** Audiences that ask through each other, `length` of them in a row: `a1` asks `a2`, and so on. */
function chain(length: number): Catalog['audiences'] {
  return Object.fromEntries(
    Array.from({ length }, (_none, index) => [
      `a${index + 1}`,
      index + 1 === length ? { 'traits.x': 1 } : { $audience: `a${index + 2}` },
    ]),
  )
}

test.each<[Json, string]>([
  [{ 'traits.a': { $like: 1 } }, 'unknown operator $like'],
  [{ 'traits.a': { $toString: 1 } }, 'unknown operator $toString'],
  [{ nonsense: 1 }, 'unknown attribute nonsense'],
  [{ $glorious: [] }, 'unknown attribute $glorious'],
  [{ $or: {} }, 'expected a list of conditions'],
  [{ $not: 1 }, 'expected a condition'],
  [{ $not: null }, 'expected a condition'],
  [{ $and: [[]] }, 'expected a condition'],
  ['vip', 'expected a condition'],
  [{ $audience: 'nobody' }, 'unknown audience nobody: add it under audiences'],
  [{ $audience: 'toString' }, 'unknown audience toString: add it under audiences'],
  [{ $audience: 7 }, 'unknown audience 7: add it under audiences'],
  [{ $audience: 'target' }, 'an audience that asks for itself: target -> target'],
  [{ 'traits.a': { $gt: 1, b: 2 } }, 'mixes operators and other names'],
  [{ 'traits.a': { $in: 'x' } }, 'expected a list'],
  [{ 'traits.a': { $nini: 'x' } }, 'expected a list'],
  [{ 'traits.a': { $all: { a: 1 } } }, 'expected a list'],
  [{ 'traits.a': { $gt: null } }, 'expected a number or a text'],
  [{ 'traits.a': { $lte: true } }, 'expected a number or a text'],
  [{ 'traits.a': { $veq: true } }, 'expected a version'],
  [{ 'traits.a': { $veq: '1'.repeat(257) } }, 'expected a version, of at most 256 characters'],
  [{ 'traits.a': { $inGroup: 1 } }, 'expected a text'],
  [{ 'traits.a': { $regex: 1 } }, 'expected a text'],
  [{ 'traits.a': { $inGroup: 'nobody' } }, 'unknown group nobody: add it under groups'],
  [{ 'traits.a': { $exists: 'yes' } }, 'expected true or false'],
  [{ 'traits.a': { $type: 'integer' } }, 'expected one of string, number, boolean, array, object, null, undefined'],
  [{ 'traits.a': { $elemMatch: 1 } }, 'expected a condition'],
  [{ 'traits.a': { $elemMatch: [] } }, 'expected a condition'],
  [{ 'traits.a': { $elemMatch: { $audience: 'target' } } }, 'an item of a list belongs to no audience'],
])('%j is refused: %s', (condition, message) => {
  expect(refusalOf({ target: condition as Condition })).toEqual([message])
})

test('a pattern that its host refuses is refused with what the host says, one without a host as not available', () => {
  const target = { 'traits.a': { $regexi: '(' } }
  expect(refusalOf({ target })).toEqual([expect.stringMatching('Invalid regular expression')])
  expect(flaws({ audiences: { target } }).map(({ message }) => message)).toEqual([
    'regular expressions are not available here',
  ])
})

test('a mistake of the host itself is no mistake of the catalog', () => {
  const broken = { $regex: 'x' }
  Object.defineProperty(broken, '$regex', {
    enumerable: true,
    get() {
      throw new RangeError('the host is broken')
    },
  })
  expect(() => flaws({ audiences: { target: { 'traits.a': broken } } })).toThrow('the host is broken')
})

test('a refusal is an error of its own name, with the path of the catalog', () => {
  const [flaw] = flaws({ audiences: { target: { $or: [{ nonsense: 1 }] } } })
  expect(flaw).toBeInstanceOf(ConditionError)
  expect(flaw).toMatchObject({ name: 'ConditionError', path: ['audiences', 'target', '$or', 0, 'nonsense'] })
})

test('an experience of an audience that is not there is refused with its place', () => {
  const experience = { id: 'e', slot: 'hero', audience: 'nobody', coverage: 1, seed: 'e', variants: [] }
  const catalog = { version: 'v', site: 'shop', slots: [{ name: 'hero' }], audiences: {}, experiences: [experience] }
  expect(() => compile(catalog)).toThrow(expect.objectContaining({ path: ['experiences', 'e', 'audience'] }))
})

const TOO_DEEP = 'more than 64 audiences ask through each other'

test('64 audiences may ask through each other, in whatever order they stand, and not one more', () => {
  const reversed = (audiences: Catalog['audiences']): Catalog['audiences'] =>
    Object.fromEntries(Object.entries(audiences).reverse())
  for (const turn of [(audiences: Catalog['audiences']) => audiences, reversed]) {
    expect(refusalOf(turn(chain(64)))).toEqual([])
    expect(refusalOf(turn(chain(65)))).toContain(TOO_DEEP)
  }
  expect(refusalOf(chain(3_000))).toContain(TOO_DEEP)
})

test('the depth of audiences is that of the deepest which they ask, not the number of those they ask', () => {
  const names = Array.from({ length: 100 }, (_none, index) => `b${index}`)
  const audiences: Catalog['audiences'] = Object.fromEntries(names.map((name) => [name, { 'traits.x': name }]))
  audiences['all'] = { $or: names.map((name) => ({ $audience: name })) }
  expect(refusalOf(audiences)).toEqual([])
})

test('64 audiences that ask through each other decide', () => {
  const variants = [{ id: 'a', weight: 1, operations: [] }]
  const compiled = compile({
    version: 'v',
    site: 'shop',
    slots: [{ name: 'hero' }],
    audiences: chain(64),
    experiences: [{ id: 'e', slot: 'hero', audience: 'a1', coverage: 1, seed: 'e', variants }],
  })
  const page = { path: '/', campaign: '', referrer: '', device: 'desktop' as const, language: 'en' }
  const reasonOf = (x: number): unknown =>
    decide(compiled, { page, nowMs: 0, visitor: { traits: { x }, events: {}, pageViews: 0 } })[0]?.reason
  expect([reasonOf(1), reasonOf(2)]).toEqual(['control', 'no-match'])
})
