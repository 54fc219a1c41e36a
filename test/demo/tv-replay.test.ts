import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReplay, type Replay } from '../../demo/tv/replay.ts'

const SECOND = 1_000
const EVENTFUL = [
  { fromMs: 100 * SECOND, toMs: 160 * SECOND },
  { fromMs: 400 * SECOND, toMs: 460 * SECOND },
]

function start(): { replay: Replay; pass(seconds: number): number } {
  let runMs = 0
  const replay = createReplay({ fromMs: 0, toMs: 3_600 * SECOND, eventful: EVENTFUL, runMs: () => runMs })
  return {
    replay,
    pass(seconds) {
      runMs += seconds * SECOND
      return replay.now() / SECOND
    },
  }
}

test('a second is a second, unless the clock is told to hurry', () => {
  const { replay, pass } = start()
  expect([pass(5), replay.rate(), replay.breaks()]).toEqual([5, 1, 0])
  replay.setPace(10)
  expect([pass(2), replay.rate(), replay.breaks()]).toEqual([25, 10, 0])
  replay.setPace(1)
  expect([pass(1), replay.rate(), replay.breaks()]).toEqual([26, 1, 1])
})

test('a clock that hurries slows down for what happens, and hurries on behind it', () => {
  const { replay, pass } = start()
  replay.setPace(60)
  expect([pass(1), replay.rate(), replay.breaks()]).toEqual([60, 60, 0])
  // 40 s in two thirds of a second, and a third at its own pace.
  expect(pass(1)).toBeCloseTo(100 + 1 / 3, 2)
  expect([replay.rate(), replay.breaks()]).toEqual([1, 1])
  // The rest of the event, four seconds for the time between, and one of the next event.
  expect(pass(59 + 2 / 3 + 4 + 1)).toBeCloseTo(401, 1)
  expect(replay.breaks()).toBe(2)
})

test('a jump goes forward only, and at most to the end', () => {
  const { replay, pass } = start()
  replay.jump(200 * SECOND)
  replay.jump(50 * SECOND)
  expect([pass(1), replay.breaks()]).toEqual([201, 1])
  replay.jump(9_999 * SECOND)
  expect([pass(1), replay.breaks()]).toEqual([3_600, 2])
})

test('the time does not depend on how often one looks, and never goes back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 60 }),
      (steps, pace) => {
        const often = start()
        const once = start()
        often.replay.setPace(pace)
        once.replay.setPace(pace)
        let before = 0
        for (const seconds of steps) {
          const now = often.pass(seconds)
          expect(now).toBeGreaterThanOrEqual(before)
          before = now
        }
        expect(often.replay.now()).toBeCloseTo(once.pass(steps.reduce((sum, step) => sum + step, 0)) * SECOND, -1)
        expect(often.replay.breaks()).toBe(once.replay.breaks())
      },
    ),
  )
})
