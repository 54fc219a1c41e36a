import fc from 'fast-check'
import { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { createAutomaton, testOf } from '../../src/catalog/pattern.ts'
import { problems } from '../support/catalog-problems.ts'

const HEAD = 'site: shop\norigins: [https://www.shop.example]\nslots: { hero: {} }\n'

/** Patterns of every part that RE2 has, a few deep. */
const pattern = fc.letrec<{ one: string }>((tie) => ({
  one: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'a',
      'b',
      'é',
      '.',
      '^',
      '$',
      '\\b',
      '\\B',
      '[ab]',
      '[^a]',
      '\\w',
      '\\d',
      '\\pL',
      '(?i:A)',
      '(?m:^)',
      '(?m:$)',
      '(?s:.)',
      '\\n',
      '😀',
      'ab',
      '\\z',
      '\\A',
    ),
    fc.tuple(tie('one'), tie('one')).map((parts) => parts.join('')),
    fc.tuple(tie('one'), tie('one')).map((parts) => `(?:${parts.join('|')})`),
    fc
      .tuple(tie('one'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '*?'))
      .map(([part, times]) => `(?:${part})${times}`),
  ),
})).one

const text = fc
  .array(fc.constantFrom('a', 'b', 'A', 'é', '1', '_', ' ', '\n', '😀', '\ud83d', 'ſ', 'K'), { maxLength: 12 })
  .map((parts) => parts.join(''))

test('an automaton finds what RE2 finds, whatever pattern and text are', () => {
  const agrees = (one: string, ignoresCase: boolean, texts: readonly string[]): boolean => {
    const matches = testOf(createAutomaton(one, ignoresCase))
    const regex = RE2JS.compile(one, ignoresCase ? RE2JS.CASE_INSENSITIVE : 0)
    return texts.every((each) => matches(each) === regex.test(each))
  }
  fc.assert(fc.property(pattern, fc.boolean(), fc.array(text, { minLength: 5, maxLength: 5 }), agrees), {
    numRuns: 500,
  })
})

test.each([
  '(a|b)*a(a|b){30}$',
  '(a{1,1000}){1,10}',
  '(.{1,30}){1,30}z',
  '[ab]*a[ab]{14}',
  '\\pL{1,500}x',
  `(${Array.from({ length: 400 }, (_none, index) => `w${index}.*`).join('|')})z`,
])('the pattern %s, which no small automaton has, is refused at its place', (one) => {
  const text = `${HEAD}audiences:\n  target: { traits.x: { $regex: '${one}' } }\n`
  expect(problems(text)).toEqual([
    expect.stringMatching(/^5:25: (the pattern is too large|a pattern has at most|no pattern that can be tested)/),
  ])
})

test('what patterns cost does not depend on the text: the longest made against them takes no longer than any', () => {
  const many = ['^/(shoes|boots)/\\d+', '(?i)spring.*sale', '(a|b)*a(a|b){8}$', '\\bnew\\b', '[^/]+/[^/]+$'].map(
    (one) => testOf(createAutomaton(one, false)),
  )
  const texts = ['ab'.repeat(256), 'a'.repeat(512), '/'.repeat(512), 'spring '.repeat(70), '😀'.repeat(256)]
  const startMs = performance.now()
  // 25,000 tests: by RE2's own fallback the third pattern alone took 7 ms for one.
  for (let round = 0; round < 1_000; round++) for (const matches of many) for (const each of texts) matches(each)
  expect(performance.now() - startMs).toBeLessThan(10_000)
})
