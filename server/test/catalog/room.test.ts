import { expect, test } from 'vitest'
import { isWhole } from '../../src/catalog/selector.ts'
import { problems } from '../support/catalog-problems.ts'

test.each<[name: string, slot: string, expected: string]>([
  ['a width that is none', 'reserve: { wide: 10 }', '3:29: unknown or invalid name wide'],
  ['a negative width', 'reserve: { -1: 10 }', '3:29: unknown or invalid name -1'],
  ['a size of nothing', 'reserve: { 0: 0 }', '3:32: must be > 0'],
  ['a size in a unit', 'reserve: { 0: 10px }', '3:32: must be number'],
  ['a size beyond any page', 'reserve: { 0: 10, 768: 20001 }', '3:41: must be <= 20000'],
  ['no size', 'reserve: {}', '3:27: must not have fewer than 1 properties'],
  [
    'a selector that leaves a string open',
    `reserve: { 0: 10 }, selector: 'a[title="x'`,
    '3:48: reserves no room in a style sheet: a selector closes all that it opens, and has no braces',
  ],
])('room with %s is refused with line and column', (_name, slot, expected) => {
  expect(problems(`site: shop\norigins: [https://a.example]\nslots: { hero: { ${slot} } }\n`)).toEqual([expected])
})

test('a selector is only judged by what a style sheet needs where its slot reserves room', () => {
  expect(problems(`site: shop\norigins: [https://a.example]\nslots: { hero: { selector: 'a[title="x' } }\n`)).toEqual(
    [],
  )
})

test.each([
  ['.hero', true],
  ['main > :is(h1, h2):not([hidden], .x)', true],
  [String.raw`a[title="}"] .md\:flex`, true],
  ["a[title='(']", true],
  ['a /* of { ours */ b', true],
  ['a{}body', false],
  ['a}', false],
  ['a[title="x', false],
  ['a[title="x\ny"]', false],
  [':is(a', false],
  [':is(a]', false],
  ['a)', false],
  ['a /* x', false],
  ['a; b', false],
  ['@media print', false],
  ['a\\', false],
])('%s can stand in a style sheet: %s', (selector, expected) => {
  expect(isWhole(selector)).toBe(expected)
})
