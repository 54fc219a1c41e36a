import { expect, test } from 'vitest'
import { createTimeSlice } from '../../src/consumers/time-slice.ts'
import { createTurns } from '../../src/http/app/turns.ts'
import { createAdmissionQueue } from '../../src/ingest/admission-queue.ts'

/** A clock and turns that the test decides. */
function machine() {
  const clock = { nowMs: 0 }
  const turns: (() => void)[] = []
  const nextTurn = createTurns((callback) => turns.push(callback))
  return { clock, nextTurn, now: () => clock.nowMs, turn: () => turns.shift()?.() }
}

test('long work waits for a turn when its slice of 1 ms is over, and not before', async () => {
  const { clock, nextTurn, now, turn } = machine()
  const pause = createTimeSlice(nextTurn, now)
  clock.nowMs = 0.9
  expect(pause()).toBeUndefined()
  clock.nowMs = 1
  const pausing = pause()
  expect(pausing).toBeInstanceOf(Promise)
  clock.nowMs = 7
  turn()
  await pausing
  expect(pause()).toBeUndefined()
  clock.nowMs = 8
  expect(pause()).toBeInstanceOf(Promise)
})

test('of folding and ingest, which share turns, each turn has one slice, and neither keeps the other waiting', async () => {
  const { clock, nextTurn, now, turn } = machine()
  const done: string[] = []
  const pause = createTimeSlice(nextTurn, now)
  const lane = createAdmissionQueue({ isBehind: () => false, now, nextTurn })
  const work = (name: string) => (): void => {
    clock.nowMs += 0.5
    done.push(name)
  }
  for (const name of ['a', 'b', 'c', 'd', 'e']) lane.add(1, work(name))
  clock.nowMs = 1
  const folding = pause()?.then(() => done.push('folding'))
  turn()
  expect(done).toEqual(['a', 'b'])
  turn()
  await folding
  expect(done).toEqual(['a', 'b', 'folding'])
  turn()
  turn()
  expect(done).toEqual(['a', 'b', 'folding', 'c', 'd', 'e'])
})
