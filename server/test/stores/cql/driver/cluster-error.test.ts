import { expect, test } from 'vitest'
import {
  ClusterError,
  type ClusterErrorCode,
  entryError,
  queryError,
} from '../../../../src/stores/cql/driver/cluster-error.ts'

/** An error as the driver nests it: one of its own, with those of each host inside. */
const noHost = (inner: unknown): Error =>
  Object.assign(new Error('All host(s) tried for query failed.'), {
    name: 'NoHostAvailableError',
    innerErrors: { '10.0.0.1:9042': new Error('connect ECONNREFUSED'), '10.0.0.2:9042': inner },
  })
const coded = (code: string): Error => Object.assign(new Error('write failed'), { code })

test.each<[ClusterErrorCode, Error, string]>([
  [
    'credentials',
    Object.assign(new Error('bad'), { name: 'AuthenticationError' }),
    'PREPAINT_CQL_USERNAME and PREPAINT_CQL_PASSWORD',
  ],
  ['certificate', coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'PREPAINT_CQL_CA'],
  ['certificate', coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'PREPAINT_CQL_CA'],
  ['certificate', coded('CERT_HAS_EXPIRED'), 'PREPAINT_CQL_CA'],
  ['certificate', coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'PREPAINT_CQL_CA'],
  ['tls', coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'take tls=true out'],
  ['tls', coded('ERR_SSL_PACKET_LENGTH_TOO_LONG'), 'take tls=true out'],
  ['tls', coded('ECONNRESET'), 'say tls=true'],
  ['ca_file', coded('ENOENT'), 'correct PREPAINT_CQL_CA'],
  ['ca_file', coded('EACCES'), 'correct PREPAINT_CQL_CA'],
  ['ca_file', coded('EISDIR'), 'correct PREPAINT_CQL_CA'],
])('%s is told with its remedy, at whatever depth it lies: %s', (code, error, remedy) => {
  for (const given of [error, noHost(error), new Error('outer', { cause: noHost(error) })]) {
    const told = entryError(given, 'h (data centre dc1)') as ClusterError
    expect(told).toBeInstanceOf(ClusterError)
    expect([told.code, told.cause]).toEqual([code, given])
    expect(told.message).toMatch(/^the cluster at h \(data centre dc1\): /)
    expect(told.message).toContain(remedy)
  }
})

test.each([
  'Keyspace prepaint does not exist',
  'unconfigured table profiles',
  'table prepaint.profiles does not exist',
])('a query that fails by %j needs `migrate`', (message) => {
  expect(queryError(noHost(new Error(message)), 'h')).toMatchObject({
    code: 'schema',
    message: expect.stringContaining('migrate') as string,
  })
  expect(entryError(new Error(message), 'h')).not.toBeInstanceOf(ClusterError)
})

test.each([
  ['a refused connection', noHost(coded('ECONNREFUSED'))],
  ['an error without words', new Error('')],
  ['what is no error', 'ENOENT'],
  ['nothing', undefined],
  ['hosts that have no error', noHost(undefined)],
])('%s stays what it is', (_name, error) => {
  expect(entryError(error, 'h')).toBe(error)
  expect(queryError(error, 'h')).toBe(error)
})
