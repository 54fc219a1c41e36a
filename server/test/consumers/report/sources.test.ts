import { expect, test } from 'vitest'
import { createSources } from '../../../src/consumers/report/sources.ts'

test('sources are told apart as they stand in addresses, whatever their case', () => {
  const sources = createSources()
  expect(['Newsletter', 'newsletter', 'www.search.example'].map(sources.nameOf)).toEqual([
    'newsletter',
    'newsletter',
    'www.search.example',
  ])
})

test.each([undefined, null, 7, {}, '', '<b>', 'two words', 'x'.repeat(65)])('%j counts as a direct visit', (told) => {
  expect(createSources().nameOf(told)).toBe('direct')
})

test('beyond twenty of them the rest is one, also after a restart', () => {
  const sources = createSources()
  const names = Array.from({ length: 30 }, (_, index) => sources.nameOf(`source-${index}`))
  expect(new Set(names).size).toBe(21)
  const again = createSources(sources.known)
  expect([again.nameOf('source-3'), again.nameOf('source-25'), again.nameOf('new')]).toEqual([
    'source-3',
    'other',
    'other',
  ])
})
