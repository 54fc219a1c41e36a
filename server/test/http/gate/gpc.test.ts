import type { FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { hasGpc } from '../../../src/http/gate/gpc.ts'

const heard = (field?: string | string[]) => hasGpc({ headers: { 'sec-gpc': field } } as unknown as FastifyRequest)

test.each([
  ['no field', undefined, false],
  ['an empty one', '', false],
  ['1', '1', true],
  ['1 between white space', ' \t1\t ', true],
  ['1 among others', '0, x ,1,0', true],
  ['fields that Node has not joined', ['0', '1'], true],
  ['empty items', ',,1,,', true],
  ['0', '0', false],
  ['01', '01', false],
  ['1.0', '1.0', false],
  ['1;a=b', '1;a=b', false],
  ['1 in quotes', '"1"', false],
  ['a 1 of another width', '１', false],
  ['1 behind a line', '0\n1', false],
  ['a 1 that ends at the 256th character', `${'0,'.repeat(127)} 1`, true],
  ['a 1 beyond the 256th character', `${'0,'.repeat(128)}1`, false],
])('a request with %s says Global Privacy Control: %j, %s', (_name, field, isHeard) => {
  expect(heard(field)).toBe(isHeard)
})
