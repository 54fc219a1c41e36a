import { expect, onTestFinished, test, vi } from 'vitest'
import type { Bridge } from '../../../src/client/bridge.ts'
import { createClock } from '../../../src/tv/clock.ts'
import { createSampler } from '../../../src/tv/sample-answer.ts'

/** A page of so many ms, whose browser has kept these requests. */
function page(runMs: number, requests: readonly { name: string; requestStart: number; responseEnd: number }[]) {
  const entries = vi.spyOn(performance, 'getEntriesByType').mockReturnValue(requests as never)
  onTestFinished(() => entries.mockRestore())
  const clock = createClock(
    () => runMs,
    () => 1_000_000 + runMs,
  )
  const bridge = {} as Bridge
  return { clock, bridge, sample: createSampler(bridge, clock, () => runMs) }
}

test('the clock takes the time of an answer to a batch, less half of its way', () => {
  const { clock, bridge } = page(5_000, [
    { name: 'https://shop.example/v1/decide', requestStart: 100, responseEnd: 4_990 },
    { name: 'https://shop.example/v1/batch', requestStart: 4_900, responseEnd: 4_980 },
  ])
  bridge._takeTime?.({ nowMs: 7_000_000 })
  expect(clock._now()).toBe(7_000_000 + 60)
})

test('an answer that tells no time, or is none of ours, leaves the clock as it is', () => {
  const { clock, bridge, sample } = page(5_000, [])
  bridge._takeTime?.(null)
  bridge._takeTime?.({ v: 1 })
  sample(4_000, undefined)
  expect(clock._now()).toBe(-Infinity)
})

test('without the browser’s record of the request the time has passed for certain', () => {
  const { clock, sample } = page(5_000, [])
  sample(4_000, 7_000_000)
  expect(clock._now()).toBe(7_001_000)
})
