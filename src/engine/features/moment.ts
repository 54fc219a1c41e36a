import { heldMs } from './instant.ts'
import type { FeatureEvent } from './kind.ts'
import { compareScalars, type Scalar, scalarOf } from './property.ts'

/** Longest value that is kept, in bytes as JSON. */
const MAX_VALUE_BYTES = 64

/** Most bytes of a moment as JSON: brackets and commas, 13 digits, a hash of 48 bits in hex. */
export const MOMENT_BYTES = MAX_VALUE_BYTES + 13 + 14 + 4

/** A value, with the instant and the hash of its event; empty: none yet. */
export type Moment = [] | [atMs: number, hash: string, value: Scalar]

/** Returns the moment of an event; none if it lacks the property, or has no text, number or boolean of at most 64 bytes there. */
export function momentOf({ atMs, hash, properties }: FeatureEvent, path: string): Moment {
  const value = scalarOf(properties, path, MAX_VALUE_BYTES)
  return value === undefined ? [] : [heldMs(atMs), hash, value]
}

/** Compares two moments by instant, then hash, then value, so that there is one order whatever the events are. */
export function compareMoments(one: Moment, other: Moment): number {
  if (one.length === 0 || other.length === 0) return one.length - other.length
  return one[0] - other[0] || compareScalars(one[1], other[1]) || compareScalars(one[2], other[2])
}
