import { fnv1a32 } from '../bucket.ts'
import type { TopDefinition } from './definition.ts'
import { heldMs, LAST_MS } from './instant.ts'
import type { Kind } from './kind.ts'
import { compareScalars, type Scalar, scalarOf } from './property.ts'

/** Parts of a half-life whose events have one weight. */
const PARTS = 4

/** Half-lives after which an event has no weight: it would have 1/256. */
const HALF_LIVES = 8

/** Most entries, each a value in one part. */
const MAX_ENTRIES = 32

/** Most events that an entry counts; further ones are not counted. */
const MAX_COUNT = 99_999

/** Longest value that is kept, in bytes as JSON. */
const MAX_VALUE_BYTES = 40

/** Weights by age in parts: 2 to the power of 20, divided by the fourth root of 2 for each, as integers. */
const WEIGHTS = Array.from({ length: HALF_LIVES * PARTS }, (_, age) => {
  const fractions = [1_048_576, 881_744, 741_455, 623_487]
  return (fractions[age % PARTS] as number) >> Math.floor(age / PARTS)
})

/** Number of events with a value in a part of time. */
type Entry = [part: number, value: Scalar, count: number]

/** Compares by part, then by hash, so that no value is preferred when a part has more of them than there is room for. */
function compare([part, value]: Entry, [otherPart, otherValue]: Entry): number {
  if (part !== otherPart) return part - otherPart
  if (value === otherValue) return 0
  return fnv1a32(String(value)) - fnv1a32(String(otherValue)) || compareScalars(value, otherValue)
}

/** Keeps the newest entries of a sorted list that have weight still. */
function bounded(entries: Entry[]): Entry[] {
  const newest = entries.at(-1)?.[0] ?? 0
  return entries.slice(-MAX_ENTRIES).filter(([part]) => part > newest - WEIGHTS.length)
}

/** Joins two sorted lists; entries of one value and part become one. */
function join(a: readonly Entry[], b: readonly Entry[]): Entry[] {
  const joined: Entry[] = []
  for (let [at, other] = [0, 0]; at < a.length || other < b.length;) {
    const [one, two] = [a[at], b[other]]
    const sign = one && two ? compare(one, two) : one ? -1 : 1
    if (sign <= 0) at++
    if (sign >= 0) other++
    const entry = (sign <= 0 ? one : two) as Entry
    joined.push(sign === 0 ? [entry[0], entry[1], Math.min(entry[2] + (two as Entry)[2], MAX_COUNT)] : entry)
  }
  return bounded(joined)
}

/** Joins a list and one entry, which belongs near its end as a rule. */
function add(state: readonly Entry[], entry: Entry): Entry[] {
  const [part, value] = entry
  let at = state.length
  while (at > 0 && compare(state[at - 1] as Entry, entry) > 0) at--
  const known = state[at - 1]
  if (known?.[0] === part && known[1] === value) {
    const counted = [...state]
    counted[at - 1] = [part, value, Math.min(known[2] + entry[2], MAX_COUNT)]
    return counted
  }
  return bounded([...state.slice(0, at), entry, ...state.slice(at)])
}

/**
 * The value with the most weight: the number of its events, each halved with each half-life, in steps of a quarter of one. Time alone
 * changes nothing, as all weights fall alike. It keeps 32 counts, each of a value in a quarter of a half-life, the newest ones, and none
 * that is eight half-lives older than the newest: with five values in each quarter, what is older than 1.5 half-lives is forgotten. That
 * rule depends on the events alone, so the state is a function of their multiset however many values there are.
 */
export const top: Kind<TopDefinition, Entry[]> = {
  version: 1,
  empty: [],
  step({ of, halfLifeMs }, state, { atMs, properties }) {
    const value = scalarOf(properties, of, MAX_VALUE_BYTES)
    if (value === undefined) return state
    return add(state, [Math.floor(heldMs(atMs) / (halfLifeMs / PARTS)), value, 1])
  },
  merge: (_definition, a, b) => join(a, b),
  value(_definition, state) {
    const newest = state.at(-1)?.[0] ?? 0
    const weights = new Map<Scalar, number>()
    for (const [part, value, count] of state) {
      weights.set(value, (weights.get(value) ?? 0) + count * (WEIGHTS[newest - part] as number))
    }
    let best: Scalar | undefined
    let most = 0
    for (const [value, weight] of weights) {
      if (weight < most || (weight === most && best !== undefined && compareScalars(value, best) > 0)) continue
      best = value
      most = weight
    }
    return best
  },
  changesAtMs: () => undefined,
  costNs: 2_500,
  maxBytes: ({ halfLifeMs }) => {
    const partDigits = String(Math.floor(LAST_MS / (halfLifeMs / PARTS))).length
    return 2 + MAX_ENTRIES * (partDigits + MAX_VALUE_BYTES + String(MAX_COUNT).length + '[,,],'.length)
  },
}
