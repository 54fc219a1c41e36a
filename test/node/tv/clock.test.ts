import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Clock, createClock } from '../../../src/tv/clock.ts'

/** Service's time at which the pages of these tests begin, in ms. */
const BEGIN_MS = Date.UTC(2026, 10, 29, 20)

/** A device whose clock is wrong, and the true time. */
class Device {
  runMs = 0
  dateMs: number
  clock: Clock

  constructor(wrongMs: number) {
    this.dateMs = BEGIN_MS + wrongMs
    this.clock = createClock(
      () => this.runMs,
      () => this.dateMs,
    )
  }

  pass(ms: number): void {
    this.runMs += ms
    this.dateMs += ms
  }

  /** Error of its clock, in ms: negative if it is late. */
  errorMs(): number {
    return this.clock._now() - (BEGIN_MS + this.runMs)
  }

  /** Asks the service: the answer is made after `thereMs`, and is there after `backMs` more. */
  ask(thereMs: number, backMs: number): void {
    const sentMs = this.runMs
    this.pass(thereMs)
    const serviceMs = BEGIN_MS + this.runMs
    this.pass(backMs)
    this.clock._sample(serviceMs, sentMs, this.runMs)
  }
}

test('one answer sets the clock to within half of its round trip, however wrong the device is', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.nat(2_000),
      fc.nat(2_000),
      fc.nat(600_000),
      (wrongMs, there, back, laterMs) => {
        const device = new Device(wrongMs)
        device.ask(there, back)
        device.pass(laterMs)
        expect(Math.abs(device.errorMs())).toBeLessThanOrEqual((there + back) / 2 + 0.001)
      },
    ),
  )
})

test('an answer of a much longer round trip counts only if others had one, too', () => {
  const device = new Device(3_600_000)
  device.ask(10, 10)
  device.ask(110, 0)
  expect(device.errorMs()).toBe(0)
  device.ask(110, 0)
  expect(device.errorMs()).toBe(55)
  device.ask(10, 10)
  expect(device.errorMs()).toBe(0)
})

test('without an answer that told the time it is never early, whatever the device says', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(900_000), fc.nat(900_000), (wrongMs, sinceMs, laterMs) => {
      const device = new Device(wrongMs)
      expect(device.clock._now()).toBe(-Infinity)
      device.pass(sinceMs)
      // The service made the plan then.
      device.clock._passed(BEGIN_MS)
      device.pass(laterMs)
      expect(device.clock._now()).toBe(BEGIN_MS + laterMs)
      expect(device.errorMs()).toBeLessThanOrEqual(0)
    }),
  )
})

test.each([
  ['was set forward', 0, 1_001, true],
  ['was set back', 0, -1_001, true],
  ['went on while the page slept', 0, 60_000, true],
  ['was corrected a little', 0, 900, false],
  ['went as the page did', 5_000, 5_000, false],
])('a device whose clock %s', (_what, runMs, dateMs, hasJumped) => {
  const device = new Device(0)
  device.ask(5, 5)
  device.runMs += runMs
  device.dateMs += dateMs
  expect(device.clock._hasJumped()).toBe(hasJumped)
  expect(device.clock._hasJumped()).toBe(false)
  expect(Number.isFinite(device.clock._now())).toBe(!hasJumped)
})

test('after a jump the next answer sets the clock again, whatever its round trip', () => {
  const device = new Device(0)
  device.ask(1, 1)
  device.dateMs += 3_600_000
  device.clock._hasJumped()
  device.ask(400, 400)
  expect(device.errorMs()).toBe(0)
})
