import { readFileSync } from 'node:fs'
import * as engine from 'prepaint/engine'
import { expect, test } from 'vitest'
import { type Cases, runCases } from '../../../test/shared/run-cases.ts'
import { compileRegex } from '../../src/catalog/regex.ts'

const table = JSON.parse(readFileSync(new URL('../../../test/shared/cases.json', import.meta.url), 'utf8')) as Cases

test("the service's own engine for patterns decides the table of cases as browsers do", () => {
  const results = runCases(engine, table, { compileRegex })
  expect(results.map(({ actual }) => actual)).toEqual(results.map(({ expected }) => expected))
})
