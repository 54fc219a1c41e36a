import { expect, test } from 'vitest'
import { networkList } from '../../../src/http/gate/trusted-proxies.ts'

test.each([
  ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'], ['9.255.255.255', '11.0.0.0', '::ffff:11.0.0.0']],
  ['10.1.2.3/8', ['10.0.0.0', '10.255.255.255'], ['11.0.0.0']],
  ['192.0.2.7', ['192.0.2.7'], ['192.0.2.6', '192.0.2.8']],
  ['192.0.2.7/32', ['192.0.2.7'], ['192.0.2.6', '192.0.2.8']],
  ['192.0.2.6/31', ['192.0.2.6', '192.0.2.7'], ['192.0.2.5', '192.0.2.8']],
  ['2001:db8::/32', ['2001:db8::', '2001:db8:ffff::1'], ['2001:db7:ffff::1', '2001:db9::', '10.0.0.1']],
  ['2001:db8::1', ['2001:db8::1', '2001:db8:0::0:1'], ['2001:db8::', '2001:db8::2']],
  ['fd00::/8', ['fd12::1'], ['fc00::1', 'fe80::1']],
])('%s has %j and not %j', (network, inside, outside) => {
  const isTrusted = networkList([network])
  expect(inside.map(isTrusted)).toEqual(inside.map(() => true))
  expect(outside.map(isTrusted)).toEqual(outside.map(() => false))
})

test('every address of a family is in the network that spans it', () => {
  const isTrusted = networkList(['0.0.0.0/0'])
  expect(['0.0.0.0', '255.255.255.255'].map(isTrusted)).toEqual([true, true])
})

test('several networks are one list, given twice or within each other', () => {
  const isTrusted = networkList(['10.0.0.0/8', '10.0.0.0/8', '10.1.0.0/16', '::1'])
  expect(['10.2.0.1', '10.1.0.1', '::1', '127.0.0.1'].map(isTrusted)).toEqual([true, true, true, false])
})

test.each([undefined, '', 'unix', '10.0.0', '10.0.0.1:80', '10.0.0.1/8', '10.0.0.1, 10.0.0.1', '::g'])(
  'what is no address is trusted by nobody: %j',
  (address) => {
    expect(networkList(['0.0.0.0/0', '::/0'])(address)).toBe(false)
  },
)

test('without networks nobody is trusted', () => {
  expect(['127.0.0.1', '::1', '10.0.0.1'].map(networkList([]))).toEqual([false, false, false])
})
