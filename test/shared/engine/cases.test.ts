import { expect, test } from 'vitest'
import * as engine from '../../../src/engine/index.ts'
import { indexAt, rangesOf } from '../../../src/engine/range.ts'
import table from '../cases.json' with { type: 'json' }
import { type Cases, runCases } from '../run-cases.ts'

/** The platform's own engine: the table's patterns are harmless. */
const compileRegex: engine.CompileRegex = (pattern, ignoresCase) => {
  const regex = new RegExp(pattern, ignoresCase ? 'i' : '')
  return (text) => regex.test(text)
}

const cases = table as unknown as Cases
const results = runCases(engine, cases, { compileRegex })

test('the table has a version, at least 400 cases and no name twice', () => {
  expect(cases.specVersion).toMatch(/^\d+\.\d+\.\d+$/)
  expect(results.length + cases.ranges.length + cases.choice.length).toBeGreaterThanOrEqual(400)
  expect(new Set(results.map(({ name }) => name)).size).toBe(results.length)
})

test.each(results.map(({ name, ...result }) => [name, result] as const))('%s', (_name, { expected, actual }) => {
  expect(actual).toEqual(expected)
})

test.each(cases.ranges)('ranges: %s', (_name, weights, coverage, expected) => {
  const variants = weights.map((weight, index) => ({ id: String(index), weight, operations: [] }))
  const ranges = rangesOf({ variants, coverage })
  const rounded = ranges.map((range) => range.map((end) => Math.round(end * 1e12) / 1e12))
  expect(rounded).toEqual(expected)
})

test.each(cases.choice)('choice: %s', (_name, position, ranges, expected) => {
  expect(indexAt(position, ranges)).toBe(expected)
})
