import { expect, test } from 'vitest'
import { createBreaker } from '../../../src/decide/read/breaker.ts'

function times(count: number, step: () => void): void {
  for (let index = 0; index < count; index++) step()
}

function breakerAt() {
  const clock = { nowMs: 0 }
  /** So many reads, so many ms apart, that come to this. */
  const readEvery = (ms: number, count: number, outcome: () => void): void =>
    times(count, () => {
      clock.nowMs += ms
      outcome()
    })
  return { clock, breaker: createBreaker(() => clock.nowMs), readEvery }
}

test('half of the last 32 reads must fail before nobody reads any more', () => {
  const { breaker } = breakerAt()
  times(16, breaker.succeeded)
  times(15, breaker.failed)
  expect(breaker.state).toBe('closed')
  expect(breaker.admits()).toBe(true)
  breaker.failed()
  expect(breaker.state).toBe('open')
  expect(breaker.admits()).toBe(false)
})

test('a pause at a thousand reads a second is no outage; one that lasts for a quarter of a second is', () => {
  const { breaker, readEvery } = breakerAt()
  readEvery(1, 5_000, breaker.succeeded)
  readEvery(1, 200, breaker.failed)
  readEvery(1, 500, breaker.succeeded)
  readEvery(1, 200, breaker.failed)
  expect(breaker.state).toBe('closed')
  readEvery(1, 100, breaker.failed)
  expect(breaker.state).toBe('open')
})

test('where reads are rare the last 32 count, however long ago they were', () => {
  const { breaker, readEvery } = breakerAt()
  readEvery(10_000, 32, breaker.succeeded)
  readEvery(10_000, 15, breaker.failed)
  expect(breaker.state).toBe('closed')
  readEvery(10_000, 1, breaker.failed)
  expect(breaker.state).toBe('open')
})

test('failures are forgotten as reads go on', () => {
  const { breaker } = breakerAt()
  times(15, breaker.failed)
  times(32, breaker.succeeded)
  times(15, breaker.failed)
  expect(breaker.state).toBe('closed')
})

test('after a second one read at a time finds out whether the store is back', () => {
  const { breaker, clock } = breakerAt()
  times(16, breaker.failed)
  clock.nowMs = 999
  expect([breaker.state, breaker.admits()]).toEqual(['open', false])
  clock.nowMs = 1_000
  expect([breaker.state, breaker.admits(), breaker.admits()]).toEqual(['half-open', true, false])
  breaker.succeeded()
  expect([breaker.admits(), breaker.admits()]).toEqual([true, false])
  breaker.succeeded()
  expect(breaker.admits()).toBe(true)
  breaker.succeeded()
  expect([breaker.state, breaker.admits(), breaker.admits()]).toEqual(['closed', true, true])
})

test('a probe that fails means another second without reads', () => {
  const { breaker, clock } = breakerAt()
  times(16, breaker.failed)
  clock.nowMs = 1_000
  expect(breaker.admits()).toBe(true)
  breaker.failed()
  expect([breaker.state, breaker.admits()]).toEqual(['open', false])
  clock.nowMs = 2_000
  expect(breaker.admits()).toBe(true)
})

test('what reads from before it opened come to changes nothing', () => {
  const { breaker, clock } = breakerAt()
  times(16, breaker.failed)
  times(3, breaker.succeeded)
  expect(breaker.state).toBe('open')
  clock.nowMs = 900
  breaker.failed()
  clock.nowMs = 1_000
  expect(breaker.state).toBe('half-open')
})
