import { expect, test } from 'vitest'
import { flawsOfStoreAddress, isStoreAddress, openRemoteEnd, openStore } from '../../src/stores/open-store.ts'

test.each([
  ['cql://h/k?dc=a', true],
  ['cql://', true],
  ['cql:///nonsense', true],
  ['cql:/h/k', false],
  ['CQL://h/k?dc=a', false],
  [' cql://h/k?dc=a', false],
  ['./cql://h', false],
  ['redis://h', false],
  ['data', false],
  ['/data', false],
  ['', false],
])('%j is the address of a store, not a directory: %s', (name, isAddress) => {
  expect(isStoreAddress(name)).toBe(isAddress)
})

test.each(['', 'data', 'redis://h/k', 'constructor://h/k', '__proto__://h/k', 'cql', ':', '://'])(
  'what %j should look like is said',
  (address) => {
    expect(flawsOfStoreAddress(address)).toEqual([
      `${address}: it is no address of a cluster; write it as cql://host1,host2/keyspace?dc=name`,
    ])
  },
)

test('an address without a flaw has none, and one with a flaw opens nothing', async () => {
  expect(flawsOfStoreAddress('cql://h/k?dc=a')).toEqual([])
  const options = { credentials: {}, logId: 'log', now: Date.now, onProblem: () => undefined }
  await expect(openStore('cql://h/k', options)).rejects.toThrow('dc=')
  await expect(openRemoteEnd('cql://h', {})).rejects.toThrow('no address')
})
