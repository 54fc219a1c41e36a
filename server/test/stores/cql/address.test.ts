import { expect, test } from 'vitest'
import { flawsOfAddress, parseCqlAddress } from '../../../src/stores/cql/address.ts'

test('an address says hosts, keyspace, the near data centre and those that stand in for it', () => {
  expect(
    parseCqlAddress(
      'cql://10.0.0.1:9142,db.example:9142,[::1]:9142/shop_1?dc=eu-west-1&fallback=eu-west-2,us-east&tls=true&rtt=2.5',
    ),
  ).toEqual({
    contactPoints: ['10.0.0.1', 'db.example', '::1'],
    port: 9142,
    keyspace: 'shop_1',
    dataCentre: 'eu-west-1',
    fallbackDataCentres: ['eu-west-2', 'us-east'],
    isTls: true,
    rttMs: 2.5,
  })
  expect(parseCqlAddress('cql://h/k?dc=dc1')).toMatchObject({
    port: 9042,
    fallbackDataCentres: [],
    isTls: false,
    rttMs: 0,
  })
})

test.each([
  ['redis://h/k?dc=dc1', 'no address of a cluster'],
  ['cql://h?dc=dc1', 'no address of a cluster'],
  ['cql:///k?dc=dc1', 'no address of a cluster'],
  ['cql://user:secret@h/k?dc=dc1', 'PREPAINT_CQL_PASSWORD'],
  ['cql://user:sec/secret@h/k?dc=dc1', 'no address of a cluster'],
  ['cql://h/Keyspace?dc=dc1', 'small letters'],
  ['cql://h/k; DROP KEYSPACE k?dc=dc1', 'small letters'],
  ['cql://h/k', 'dc='],
  ["cql://h/k?dc=dc1'", 'dc='],
  ['cql://h/k?dc=dc1&ssl=true', 'knows no ssl'],
  ['cql://h/k?dc=dc1&tls=yes', 'true or false'],
  ['cql://h,other:9142/k?dc=dc1', 'several ports'],
  ['cql://h:port/k?dc=dc1', 'no host'],
  ['cql://h,/k?dc=dc1', 'no host'],
  ['cql://h/k?dc=dc1&rtt=-1', '0 to 200 ms'],
  ['cql://h/k?dc=dc1&rtt=201', '0 to 200 ms'],
  ['cql://h/k?dc=dc1&rtt=near', '0 to 200 ms'],
])('%s is refused', (address, flaw) => {
  const [message = ''] = flawsOfAddress(address)
  expect(message).toContain(flaw)
  expect(message).not.toContain('secret')
})
