import type { SumDefinition } from './definition.ts'
import { readDigits, writeDigits } from './digits.ts'
import { INSTANT_WIDTH } from './instant.ts'
import type { Kind } from './kind.ts'
import { propertyOf } from './property.ts'
import { createWindow } from './window.ts'

/** Sums are integers of millionths: those of floating-point numbers depend on the order of adding. */
const SCALE = 1_000_000

/** Digits of an amount, and of each half of a total: 54 bits. */
const WIDTH = 9

/** Largest amount of one event, in millionths: a thousand million. */
const MAX_AMOUNT = 1_000_000_000 * SCALE

/** Added to amounts as they are written, so that none is negative. */
const OFFSET = 2 ** 50

/** Adds two numbers from 0 on; what exceeds the safe integers stays at the largest of them, whatever the order. */
function addUp(one: number, other: number): number {
  return Math.min(one + other, Number.MAX_SAFE_INTEGER)
}

function amountAt(text: string, at: number): number {
  return readDigits(text, at, WIDTH) - OFFSET
}

/** Writes a total: what was added, then what was taken off. Apart, each of them only grows, so that its bound depends on no order. */
function writeTotal(plus: number, minus: number): string {
  return writeDigits(plus, WIDTH) + writeDigits(minus, WIDTH)
}

const window = createWindow({
  amountWidth: WIDTH,
  totalWidth: 2 * WIDTH,
  totalOf(event, at) {
    const amount = amountAt(event, at)
    return writeTotal(Math.max(amount, 0), Math.max(-amount, 0))
  },
  add: (one, other) =>
    writeTotal(
      addUp(readDigits(one, 0, WIDTH), readDigits(other, 0, WIDTH)),
      addUp(readDigits(one, WIDTH, WIDTH), readDigits(other, WIDTH, WIDTH)),
    ),
})

/**
 * Sum of a property in a sliding window, to the millionth; with more than 64 events as exact as `count`. Amounts beyond ± a thousand million
 * count as that much, and what is added or taken off stays at nine thousand million (`Number.MAX_SAFE_INTEGER` millionths). Texts are
 * no numbers here, as in conditions: `"12.50"` is not counted.
 */
export const sum: Kind<SumDefinition, string> = {
  version: 1,
  empty: '',
  step({ of, withinMs }, state, { atMs, properties }) {
    const number = propertyOf(properties, of)
    if (typeof number !== 'number' || Number.isNaN(number)) return state
    const amount = Math.round(Math.min(Math.max(number * SCALE, -MAX_AMOUNT), MAX_AMOUNT))
    return amount === 0 ? state : window.step(withinMs, state, atMs, writeDigits(amount + OFFSET, WIDTH))
  },
  merge: ({ withinMs }, a, b) => window.merge(withinMs, a, b),
  value({ withinMs }, state, nowMs) {
    const { from, until, totals } = window.view(withinMs, state, nowMs)
    let [plus, minus] = [0, 0]
    for (let at = from + INSTANT_WIDTH; at < until; at += window.eventWidth) {
      const amount = amountAt(state, at)
      if (amount > 0) plus = addUp(plus, amount)
      else minus = addUp(minus, -amount)
    }
    for (const total of totals) {
      plus = addUp(plus, readDigits(state, total, WIDTH))
      minus = addUp(minus, readDigits(state, total + WIDTH, WIDTH))
    }
    return (plus - minus) / SCALE
  },
  changesAtMs: ({ withinMs }, state, nowMs) => window.view(withinMs, state, nowMs).changesAtMs,
  costNs: 4_000,
  maxBytes: () => window.maxBytes,
}
