import { expect, test } from 'vitest'
import { type Addressed, createSilentHosts } from '../../../src/stores/cql/driver/silent-hosts.ts'

const HOSTS: Addressed[] = ['a', 'b', 'c'].map((address) => ({ address }))

function watch() {
  let nowMs = 0
  const hosts = createSilentHosts(() => nowMs)
  return {
    hosts,
    pass: (ms: number) => (nowMs += ms),
    order: (mayTry = true) =>
      [...{ [Symbol.iterator]: () => hosts.inOrder(HOSTS.values(), mayTry) }].map(({ address }) => address).join(''),
  }
}

test('hosts are asked as planned while all of them answer', () => {
  const { hosts, order } = watch()
  hosts.answered('a')
  expect(order()).toBe('abc')
})

test('a host that does not answer is asked last, and once a second first', () => {
  const { hosts, order, pass } = watch()
  hosts.silent('a')
  expect(order()).toBe('bca')
  pass(999)
  expect(order()).toBe('bca')
  pass(1)
  expect(order()).toBe('abc')
  expect(order()).toBe('bca')
})

test('a host that answers again is asked as planned', () => {
  const { hosts, order, pass } = watch()
  hosts.silent('a')
  pass(1_000)
  order()
  hosts.answered('a')
  expect(order()).toBe('abc')
})

test('nothing that would wait for long tries a silent host', () => {
  const { hosts, order, pass } = watch()
  hosts.silent('b')
  pass(5_000)
  expect(order(false)).toBe('acb')
  expect(order()).toBe('bac')
})

test('of several silent hosts one is tried at a time', () => {
  const { hosts, order, pass } = watch()
  for (const { address } of HOSTS) hosts.silent(address)
  expect(order()).toBe('abc')
  pass(1_000)
  expect([order(), order(), order(), order()]).toEqual(['abc', 'bac', 'cab', 'abc'])
})
