/** Bytes of the states of a site's features. */
export const MAX_FEATURES_BYTES = 8_192

/** Bytes of a user's devices: 16 of at most 128. */
const MAX_DEVICES_BYTES = 2_048

/**
 * Size of a stored profile, in bytes: the sum of what is kept of everybody's events, of the features, and of a user's devices. What came with the server key has
 * a room of its own, as large as that of everybody's events.
 */
export const MAX_PROFILE_BYTES = 24_576 + MAX_FEATURES_BYTES + MAX_DEVICES_BYTES

/** Bytes of the names that are counted, of the variants kept, of what was shown, and of the recent events. */
export const MAX_EVENTS_BYTES = 4_096
export const MAX_ASSIGNMENTS_BYTES = 2_048
export const MAX_SHOWN_BYTES = 5_632
export const MAX_RECENT_BYTES = 2_560

/** A count with its colon and comma. */
const COUNT_BYTES = 18

/** A time in ms with its comma; up to the year 2286. */
const TIME_BYTES = 14

/** Texts of which JSON writes each character as it is, in one byte. */
const PLAIN = /^[ !#-[\]-~]*$/

/** Returns the bytes of a name as JSON. */
function textBytes(text: string): number {
  return PLAIN.test(text) ? text.length + 2 : Buffer.byteLength(JSON.stringify(text))
}

/** Returns the most bytes of an event's count in a stored profile. */
export function countBytes(name: string): number {
  return textBytes(name) + COUNT_BYTES
}

/** Returns the bytes of a kept variant. */
export function assignmentBytes(experience: string, variant: string): number {
  return textBytes(experience) + textBytes(variant) + 2
}

/** Returns the most bytes of an experience that was shown so often. */
export function showingsBytes(experience: string, { recentMs }: { recentMs: readonly number[] }): number {
  return textBytes(experience) + '{"count":,"recentMs":[]}'.length + COUNT_BYTES + recentMs.length * TIME_BYTES
}

/** Returns the most bytes of a recent event. */
export function recentBytes({ name }: { name: string }): number {
  return textBytes(name) + TIME_BYTES + 3
}

/** As many of the items, from the first on, as have room. */
export function firstWithin<Item>(items: readonly Item[], maxBytes: number, sizeOf: (item: Item) => number): Item[] {
  let total = 0
  const end = items.findIndex((item) => (total += sizeOf(item)) > maxBytes)
  return items.slice(0, end < 0 ? undefined : end)
}

/** As many of the items, from the last back, as have room. */
export function lastWithin<Item>(items: readonly Item[], maxBytes: number, sizeOf: (item: Item) => number): Item[] {
  let total = 0
  const before = items.findLastIndex((item) => (total += sizeOf(item)) > maxBytes)
  return items.slice(before + 1)
}
