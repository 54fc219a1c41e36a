import { readDigits, writeDigits } from './digits.ts'

/** Digits of an instant. */
export const INSTANT_WIDTH = 7

/** The last instant that has so many digits: in May 2109. */
export const LAST_MS = 64 ** INSTANT_WIDTH - 1

/** The nearest instant that a state can hold; 0 stands for none. */
export function heldMs(atMs: number): number {
  return Number.isNaN(atMs) ? 1 : Math.min(Math.max(Math.floor(atMs), 1), LAST_MS)
}

/** The instant that was written last: several features of one event write the same. */
let last = { ms: 0, text: writeDigits(0, INSTANT_WIDTH) }

/** Writes an instant, so that instants are in order as texts. */
export function writeInstant(atMs: number): string {
  const ms = heldMs(atMs)
  if (last.ms !== ms) last = { ms, text: writeDigits(ms, INSTANT_WIDTH) }
  return last.text
}

/** Reads an instant that begins at `at`. */
export function readInstant(text: string, at: number): number {
  return readDigits(text, at, INSTANT_WIDTH)
}
