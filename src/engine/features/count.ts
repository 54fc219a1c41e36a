import type { CountDefinition } from './definition.ts'
import { readDigits, writeDigits } from './digits.ts'
import type { Kind } from './kind.ts'
import { createWindow } from './window.ts'

/** Digits of a part's count. */
const WIDTH = 3

/** Most events that one part counts; further ones are not counted. */
const MAX = 64 ** WIDTH - 1

const ONE = writeDigits(1, WIDTH)

const window = createWindow({
  amountWidth: 0,
  totalWidth: WIDTH,
  totalOf: () => ONE,
  add: (one, other) => writeDigits(Math.min(readDigits(one, 0, WIDTH) + readDigits(other, 0, WIDTH), MAX), WIDTH),
})

/**
 * Number of events in a sliding window: exact up to 64 of them; of more, those before the 64 newest count until their 32nd part of the
 * window has left it as a whole. An event is in the window until just before `atMs + withinMs`.
 */
export const count: Kind<CountDefinition, string> = {
  version: 1,
  empty: '',
  step: ({ withinMs }, state, { atMs }) => window.step(withinMs, state, atMs, ''),
  merge: ({ withinMs }, a, b) => window.merge(withinMs, a, b),
  value({ withinMs }, state, nowMs) {
    const { from, until, totals } = window.view(withinMs, state, nowMs)
    return totals.reduce((sum, total) => sum + readDigits(state, total, WIDTH), (until - from) / window.eventWidth)
  },
  changesAtMs: ({ withinMs }, state, nowMs) => window.view(withinMs, state, nowMs).changesAtMs,
  costNs: 2_000,
  maxBytes: () => window.maxBytes,
}
