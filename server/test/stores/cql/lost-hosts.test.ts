import { expect, test } from 'vitest'
import { createLostHosts } from '../../../src/stores/cql/driver/lost-hosts.ts'

function watch(count: number) {
  let nowMs = 0
  return {
    hosts: createLostHosts(
      () => count,
      () => nowMs,
    ),
    pass: (ms: number) => (nowMs += ms),
  }
}

test('one node of several may be lost and come back: a quorum has what it had', () => {
  const { hosts, pass } = watch(3)
  expect(hosts.lost('a')).toBe(false)
  hosts.back('a')
  pass(30_000)
  expect(hosts.lost('b')).toBe(false)
})

test('two that are lost at once may have been the quorum', () => {
  const { hosts, pass } = watch(3)
  hosts.lost('a')
  pass(3_600_000)
  expect(hosts.lost('b')).toBe(true)
})

test('one that is lost while another has only just come back counts as two', () => {
  const { hosts, pass } = watch(3)
  hosts.lost('a')
  hosts.back('a')
  pass(29_999)
  expect(hosts.lost('b')).toBe(true)
})

test('the only node is enough', () => {
  expect(watch(1).hosts.lost('a')).toBe(true)
})
