import { expect, test } from 'vitest'
import { createHostCheck } from '../../../src/http/gate/admin-host.ts'

const isKnown = createHostCheck(['Ops.Example', 'prepaint-admin'])

test.each([
  ['no host at all, as in HTTP/1.0', undefined, true],
  ['an empty one', '', true],
  ['an address', '10.0.0.7', true],
  ['an address and a port', '10.0.0.7:9464', true],
  ['an IPv6 address', '[::1]', true],
  ['an IPv6 address and a port', '[2001:db8::1]:9464', true],
  ['localhost', 'localhost', true],
  ['localhost and a port', 'localhost:65535', true],
  ['localhost in capitals, with the dot of the root', 'LOCALHOST.', true],
  ['a name below localhost', 'prepaint.localhost:80', true],
  ['a name that was given', 'ops.example:9464', true],
  ['a name that was given, in capitals and with a dot', 'OPS.EXAMPLE.', true],
  ['a name of one word', 'prepaint-admin', true],
  ['another name', 'evil.example', false],
  ['a name that ends as one that was given', 'evil-ops.example', false],
  ['a name below one that was given', 'a.ops.example', false],
  ['a name that ends as localhost does', 'evil-localhost', false],
  ['a name that begins as localhost does', 'localhost.evil.example', false],
  ['a name that begins as an address does', '127.0.0.1.evil.example', false],
  ['an address and a name of which it is the user', '127.0.0.1@evil.example', false],
  ['a port that is no number', 'ops.example:x', false],
  ['a port of six digits', 'ops.example:123456', false],
  ['two ports', 'ops.example:80:80', false],
  ['a port alone', ':80', false],
  ['white space', ' ', false],
  ['a dot', '.', false],
  ['half a bracket', '[::1', false],
  ['the longest that is looked at', `${'a'.repeat(260)}.localhost`, true],
  ['one sign more', `${'a'.repeat(261)}.localhost`, false],
])('%s is a host of the admin listener: %j, %s', (_name, host, isOurs) => {
  expect(isKnown(host)).toBe(isOurs)
})

test('without names addresses and localhost are known, and nothing is known by an empty name', () => {
  const isOurs = createHostCheck([])
  expect(['127.0.0.1', 'localhost', 'ops.example', ':80', '.'].map(isOurs)).toEqual([true, true, false, false, false])
})
