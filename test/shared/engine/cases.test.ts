import { expect, test } from 'vitest'
import * as engine from '../../../src/engine/index.ts'
import { indexAt, rangesOf } from '../../../src/engine/range.ts'
import json from '../cases.json' with { type: 'json' }
import { type Cases, casesOf } from '../run-cases.ts'

/** The platform's own engine: the table's patterns are harmless. */
const compileRegex: engine.CompileRegex = (pattern, ignoresCase) => {
  const regex = new RegExp(pattern, ignoresCase ? 'i' : '')
  return (text) => regex.test(text)
}

const table = json as unknown as Cases
const cases = casesOf(engine, table, { compileRegex })

test('the table has a version, at least 400 cases and no name twice', () => {
  expect(table.specVersion).toMatch(/^\d+\.\d+\.\d+$/)
  expect(cases.length + table.ranges.length + table.choice.length).toBeGreaterThanOrEqual(400)
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
})

test.each(cases.map(({ name, ...rest }) => [name, rest] as const))('%s', (_name, { expected, actual }) => {
  expect(actual()).toEqual(expected)
})

test.each(table.ranges)('ranges: %s', (_name, weights, coverage, expected) => {
  const variants = weights.map((weight, index) => ({ id: String(index), weight, operations: [] }))
  const ranges = rangesOf({ variants, coverage })
  const rounded = ranges.map((range) => range.map((end) => Math.round(end * 1e12) / 1e12))
  expect(rounded).toEqual(expected)
})

test.each(table.choice)('choice: %s', (_name, position, ranges, expected) => {
  expect(indexAt(position, ranges)).toBe(expected)
})
