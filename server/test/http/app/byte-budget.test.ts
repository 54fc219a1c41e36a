import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createByteBudget, type Held } from '../../../src/http/app/byte-budget.ts'

test('what all requests hold is bounded, and what one gives back is there for others', () => {
  const budget = createByteBudget(10, () => 0)
  const [one, two] = [budget.hold(() => undefined), budget.hold(() => undefined)]
  expect([one.add(6), two.add(5), two.add(4), budget.usedBytes]).toEqual([true, false, true, 10])
  one.release()
  one.release()
  expect([budget.usedBytes, two.add(6), two.add(1)]).toEqual([4, true, false])
})

test('for somebody who comes, the slowest are given up, but neither what has arrived nor what has just begun', () => {
  let nowMs = 0
  const budget = createByteBudget(10, () => nowMs)
  const givenUp: string[] = []
  function begin(name: string): Held {
    const held = budget.hold(() => {
      givenUp.push(name)
      held.release()
    })
    return held
  }
  const [whole, slow, slower] = [begin('whole'), begin('slow'), begin('slower')]
  for (const held of [whole, slow, slower]) held.add(3)
  whole.complete()
  nowMs = 999
  expect([begin('new').add(4), givenUp]).toEqual([false, []])
  nowMs = 1_000
  expect([begin('newer').add(4), givenUp, budget.usedBytes]).toEqual([true, ['slow'], 10])
})

test('whatever arrives in whatever order, the budget is never exceeded and all of it comes back', () => {
  const steps = fc.array(
    fc.record({
      who: fc.nat(7),
      does: fc.constantFrom('add', 'complete', 'release'),
      bytes: fc.nat(40),
      ms: fc.nat(700),
    }),
    { maxLength: 200 },
  )
  fc.assert(
    fc.property(steps, (list) => {
      let nowMs = 0
      const budget = createByteBudget(100, () => nowMs)
      const all: Held[] = Array.from({ length: 8 }, (_none, index) => budget.hold(() => all[index]?.release()))
      for (const { who, does, bytes, ms } of list) {
        nowMs += ms
        if (does === 'add') all[who]?.add(bytes)
        else all[who]?.[does as 'complete' | 'release']()
        if (budget.usedBytes > 100 || budget.usedBytes < 0) return false
      }
      for (const held of all) held.release()
      return budget.usedBytes === 0
    }),
    { numRuns: 500 },
  )
})
