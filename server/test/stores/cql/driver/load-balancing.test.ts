import cassandra from 'cassandra-driver'
import { expect, test } from 'vitest'
import { avoidSilentHosts } from '../../../../src/stores/cql/driver/load-balancing.ts'
import { createSilentHosts } from '../../../../src/stores/cql/driver/silent-hosts.ts'

const { errors, types } = cassandra

function open() {
  let nowMs = 0
  const silentHosts = createSilentHosts(() => nowMs)
  // As the driver calls it: its types know its own class as one that takes less.
  const requestTracker: cassandra.tracker.RequestTracker = avoidSilentHosts('dc1', silentHosts).requestTracker
  const host = { address: 'a' } as cassandra.Host
  const order = (): string =>
    [...{ [Symbol.iterator]: () => silentHosts.inOrder([{ address: 'a' }, { address: 'b' }].values(), false) }]
      .map(({ address }) => address)
      .join('')
  return {
    order,
    pass: (ms: number) => (nowMs += ms),
    fails: (error: Error) => requestTracker.onError(host, '', [], {} as never, 0, error, [0, 0]),
    succeeds: () => requestTracker.onSuccess(host, '', [], {} as never, 0, 0, [0, 0]),
  }
}

test('a host that lets a question run into its limit is asked last, until it answers', () => {
  const { order, fails, succeeds } = open()
  expect(order()).toBe('ab')
  fails(new errors.OperationTimedOutError('x', 'a'))
  expect(order()).toBe('ba')
  succeeds()
  expect(order()).toBe('ab')
})

test('an error that a host has sent is an answer', () => {
  const { order, fails } = open()
  fails(new errors.OperationTimedOutError('x', 'a'))
  fails(new errors.ResponseError(types.responseErrorCodes.overloaded, 'busy'))
  expect(order()).toBe('ab')
})

test('an error of any other kind says nothing of the host', () => {
  const { order, fails } = open()
  fails(new Error('a bug'))
  expect(order()).toBe('ab')
  fails(new errors.OperationTimedOutError('x', 'a'))
  fails(new Error('a bug'))
  expect(order()).toBe('ba')
})
