import { fnv1a32 } from '../bucket.ts'
import type { DistinctDefinition } from './definition.ts'
import { splitEntries, writeDigits } from './digits.ts'
import { INSTANT_WIDTH, readInstant, writeInstant } from './instant.ts'
import type { Kind } from './kind.ts'
import { scalarOf } from './property.ts'

/** Most values that are told apart: those that were seen last. */
export const MAX_DISTINCT = 32

/** Digits of a value's hash: 32 bits. */
const HASH_WIDTH = 6

const WIDTH = INSTANT_WIDTH + HASH_WIDTH

/** Longest value that is counted, in bytes as JSON. */
const MAX_VALUE_BYTES = 512

/** Joins values with the instants at which they were seen last, keeps the latest 32, and drops what the newest leaves behind. */
function join(withinMs: number, a: string, b: string): string {
  if (a === '' || b === '') return a + b
  const latest = new Map<string, string>()
  for (const entry of splitEntries(a + b, WIDTH)) {
    const hash = entry.slice(INSTANT_WIDTH)
    const known = latest.get(hash)
    if (known === undefined || entry > known) latest.set(hash, entry)
  }
  const entries = [...latest.values()].sort().slice(-MAX_DISTINCT)
  const newestMs = readInstant(entries.at(-1) as string, 0)
  return entries.filter((entry) => readInstant(entry, 0) > newestMs - withinMs).join('')
}

/** Returns the place of the entry with that hash; the length of the state if there is none. */
function placeOf(state: string, hash: string): number {
  let at = state.indexOf(hash, INSTANT_WIDTH)
  // An instant, or the end of one hash and what follows, may spell it too.
  while (at >= 0 && at % WIDTH !== INSTANT_WIDTH) at = state.indexOf(hash, at + 1)
  return at < 0 ? state.length : at - INSTANT_WIDTH
}

/** Joins a state and one entry, without sorting: a batch has many events of one instant. */
function add(withinMs: number, state: string, entry: string): string {
  const known = placeOf(state, entry.slice(INSTANT_WIDTH))
  if (known < state.length && state.slice(known, known + WIDTH) >= entry) return state
  const others = state.slice(0, known) + state.slice(known + WIDTH)
  let at = others.length
  while (at > 0 && others.slice(at - WIDTH, at) > entry) at -= WIDTH
  const kept = (others.slice(0, at) + entry + others.slice(at)).slice(-MAX_DISTINCT * WIDTH)
  return kept.slice(firstIn(withinMs, kept, readInstant(kept, kept.length - WIDTH)))
}

/** Returns the index of the first entry in the window. */
function firstIn(withinMs: number, state: string, nowMs: number): number {
  let at = 0
  while (at < state.length && readInstant(state, at) <= nowMs - withinMs) at += WIDTH
  return at
}

/**
 * Number of different values of a property in a sliding window: exact up to 32; 32 stands for that many or more. Two values are taken for
 * one if they share a hash of 32 bits, which happens among 32 values once in nine million times.
 */
export const distinct: Kind<DistinctDefinition, string> = {
  version: 1,
  empty: '',
  step({ of, withinMs }, state, { atMs, properties }) {
    const value = scalarOf(properties, of, MAX_VALUE_BYTES)
    if (value === undefined) return state
    const hash = writeDigits(fnv1a32(JSON.stringify(value)), HASH_WIDTH)
    return add(withinMs, state, writeInstant(atMs) + hash)
  },
  merge: ({ withinMs }, a, b) => join(withinMs, a, b),
  value: ({ withinMs }, state, nowMs) => (state.length - firstIn(withinMs, state, nowMs)) / WIDTH,
  changesAtMs({ withinMs }, state, nowMs) {
    const at = firstIn(withinMs, state, nowMs)
    return at < state.length ? readInstant(state, at) + withinMs : undefined
  },
  costNs: 200,
  maxBytes: () => MAX_DISTINCT * WIDTH + 2,
}
