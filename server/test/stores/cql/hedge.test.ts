import { expect, test } from 'vitest'
import { createHedge, type Hedge } from '../../../src/stores/cql/driver/hedge.ts'

/** As many reads as are needed to know what is slow: 6 in 100 take 30 ms, the others 1 ms. */
function learn(hedge: Hedge): void {
  for (let index = 0; index < 512; index++) hedge.observe(index % 16 === 0 ? 30 : 1)
}

test('nothing is asked twice before it is known what is slow', () => {
  const hedge = createHedge(() => true)
  for (let index = 0; index < 100; index++) expect(hedge.begin()).toBeUndefined()
})

test('a read is asked again past the 95th percentile of the latest ones', () => {
  const hedge = createHedge(() => true)
  learn(hedge)
  const delays = Array.from({ length: 20 }, () => hedge.begin())
  expect(delays.at(-1)).toBe(30)
})

test('at most 5 in 100 reads are asked again', () => {
  const hedge = createHedge(() => true)
  learn(hedge)
  let asked = 0
  for (let index = 0; index < 10_000; index++) {
    if (hedge.begin() === undefined) continue
    hedge.spend()
    asked++
  }
  expect(asked).toBeGreaterThan(400)
  expect(asked).toBeLessThanOrEqual(500)
})

test('while a node pauses 64 reads in a row are asked again, of what was not spent before', () => {
  const hedge = createHedge(() => true)
  learn(hedge)
  for (let index = 0; index < 10_000; index++) hedge.begin()
  let asked = 0
  for (; hedge.begin() !== undefined; asked++) hedge.spend()
  expect(asked).toBeGreaterThanOrEqual(64)
  expect(asked).toBeLessThan(70)
})

test('where it is not allowed nothing is asked again', () => {
  const hedge = createHedge(() => false)
  learn(hedge)
  for (let index = 0; index < 100; index++) expect(hedge.begin()).toBeUndefined()
})
