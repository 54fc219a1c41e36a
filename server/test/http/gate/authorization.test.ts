import type { FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { type HttpError } from '../../../src/http/app/errors.ts'
import { authorize } from '../../../src/http/gate/authorization.ts'
import { createKeys } from '../../../src/identity/key.ts'

const keys = createKeys('s'.repeat(32))
const LONGEST_SITE = 's'.repeat(64)
const found = { site: LONGEST_SITE, access: 'server' } as const
const key = keys.issue(found)

const authorized = (authorization?: string) =>
  authorize({ headers: authorization === undefined ? {} : { authorization } } as FastifyRequest, keys)

test('a request without a key is one without a key', () => {
  expect(authorized()).toBeUndefined()
})

test.each([
  ['Bearer', `Bearer ${key}`],
  ['another spelling of it', `bEARER ${key}`],
  ['several spaces', `Bearer    ${key}`],
  ['Basic, with an empty password', `Basic ${btoa(`${key}:`)}`],
  ['Basic, without a colon', `Basic ${btoa(key)}`],
  ['Basic, with a password of colons and lines', `basic ${btoa(`${key}:a:b\n:c`)}`],
  ['Basic without padding', `Basic ${btoa(`${key}:`).replace(/=+$/, '')}`],
  ['the longest', `Bearer ${' '.repeat(512 - 7 - key.length)}${key}`],
])('a key is read in %s', (_name, authorization) => {
  expect(authorized(authorization)).toEqual(found)
})

test.each([
  ['nothing', ''],
  ['a scheme alone', 'Bearer'],
  ['a scheme and a space', 'Bearer '],
  ['the key alone', key],
  ['another scheme', `Digest ${key}`],
  ['a tab', `Bearer\t${key}`],
  ['something behind it', `Bearer ${key} x`],
  ['a line behind it', `Bearer ${key}\n`],
  ['two keys', `Bearer ${key}, Bearer ${key}`],
  ['a key as Bearer in Base64', `Bearer ${btoa(`${key}:`)}`],
  ['a key as Basic in clear', `Basic ${key}`],
  ['a key as the password', `Basic ${btoa(`:${key}`)}`],
  ['Base64 of nothing', 'Basic ===='],
  ['another signature', `Bearer ${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`],
  ['rights that it was not given', `Bearer ${key.replace('server', 'events')}`],
  ['one sign more than the longest', `Bearer ${' '.repeat(513 - 7 - key.length)}${key}`],
])('%s is refused, and never taken for no key', (_name, authorization) => {
  expect(() => authorized(authorization)).toThrow(expect.objectContaining({ code: 'key_invalid' }) as HttpError)
})
