import { expect, test } from 'vitest'
import { createDistance } from '../../../../src/stores/cql/regions/distance.ts'

function open() {
  let nowMs = 0
  const distance = createDistance(() => nowMs)
  return { distance, pass: (ms: number) => (nowMs += ms) }
}

test('what was never asked is at no distance', () => {
  const { distance, pass } = open()
  expect(distance.ms).toBe(0)
  pass(60_000)
  expect(distance.ms).toBe(0)
})

test('the shortest answer counts, whatever came before and after it', () => {
  const { distance } = open()
  for (const elapsedMs of [9, 3, 7, 250]) distance.observe(elapsedMs)
  expect(distance.ms).toBe(3)
  distance.observe(0)
  expect(distance.ms).toBe(0)
})

test('a shortest answer counts for 15 s at least, and for less than 30', () => {
  for (const [asOfMs, untilMs] of [
    [0, 29_999],
    [14_999, 29_999],
    [15_000, 44_999],
  ] as const) {
    const { distance, pass } = open()
    pass(asOfMs)
    distance.observe(3)
    pass(untilMs - asOfMs)
    expect([asOfMs, distance.ms]).toEqual([asOfMs, 3])
    pass(1)
    expect([asOfMs, distance.ms]).toEqual([asOfMs, 0])
  }
})

test('an answer of before a pause of half a minute is forgotten at once', () => {
  const { distance, pass } = open()
  distance.observe(3)
  pass(30_000)
  expect(distance.ms).toBe(0)
})

test('a distance that grows is known when the short answers are forgotten', () => {
  const { distance, pass } = open()
  distance.observe(1)
  pass(15_000)
  distance.observe(40)
  expect(distance.ms).toBe(1)
  pass(15_000)
  expect(distance.ms).toBe(40)
})
