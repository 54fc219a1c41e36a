import { expect, test } from 'vitest'
import { createAdmissionQueue } from '../../src/ingest/admission-queue.ts'

/** A lane whose turns and time the test decides; each work takes a quarter of a slice. */
function laneAt(isBehind = () => false) {
  const clock = { nowMs: 0 }
  const turns: (() => void)[] = []
  const done: string[] = []
  const lane = createAdmissionQueue({ isBehind, now: () => clock.nowMs, nextTurn: (callback) => turns.push(callback) })
  const work = (name: string) => (): void => {
    clock.nowMs += 0.25
    done.push(name)
  }
  return { clock, lane, turns, done, work, turn: () => turns.shift()?.() }
}

test('nothing is done in the turn in which it arrives, and no more than a slice in each one after', () => {
  const { lane, done, work, turn, turns } = laneAt()
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) lane.add(1, work(name))
  expect(done).toEqual([])
  turn()
  expect(done).toEqual(['a', 'b', 'c', 'd'])
  turn()
  expect(done).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  expect(turns).toEqual([])
  lane.add(1, work('g'))
  turn()
  expect(done.at(-1)).toBe('g')
})

test('the lane is full when its first has waited for 100 ms', () => {
  const { clock, lane, work, turn } = laneAt()
  clock.nowMs = 500
  lane.add(1, work('a'))
  clock.nowMs = 599.9
  expect(lane.isFull).toBe(false)
  clock.nowMs = 600
  expect(lane.isFull).toBe(true)
  turn()
  expect(lane.isFull).toBe(false)
})

test('the lane is full at 4 MiB, and when folding is behind', () => {
  let isBehind = false
  const { lane, work, turn } = laneAt(() => isBehind)
  lane.add(4_194_303, work('a'))
  expect(lane.isFull).toBe(false)
  lane.add(1, work('b'))
  expect(lane.isFull).toBe(true)
  turn()
  expect(lane.isFull).toBe(false)
  isBehind = true
  expect(lane.isFull).toBe(true)
})
