import type { Json, JsonObject } from '../../protocol/index.ts'
import { readPath } from '../attribute.ts'

/** A value that a feature can hold. */
export type Scalar = string | number | boolean

const readers = new Map<string, (properties: Json) => Json | undefined>()

/** Names of properties whose readers are kept: a site has at most 64 features. */
const MAX_READERS = 1_024

/** Reads the property at a path of names joined by dots. */
export function propertyOf(properties: JsonObject, path: string): Json | undefined {
  let read = readers.get(path)
  if (!read) {
    if (readers.size >= MAX_READERS) readers.clear()
    read = readPath(path)
    readers.set(path, read)
  }
  return read(properties)
}

/** Counts the bytes of a value as JSON. */
export function jsonBytes(value: Json): number {
  const text = JSON.stringify(value)
  let bytes = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    // Half of a character above U+FFFF, which has four bytes; single halves are escaped.
    if (unit >= 0xd800 && unit <= 0xdfff) bytes += 2
    else bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3
  }
  return bytes
}

/**
 * Reads the property as a value that a state can hold: a text, a number or a boolean of at most `maxBytes` as JSON. Anything else counts as
 * missing; cut short, a text would equal no value of a condition.
 */
export function scalarOf(properties: JsonObject, path: string, maxBytes: number): Scalar | undefined {
  const value = propertyOf(properties, path)
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : undefined
  // Each code unit has at least one byte and at most six (an escape): most texts are not written out to be counted.
  if (typeof value !== 'string' || value.length > maxBytes) return undefined
  return value.length * 6 + 2 <= maxBytes || jsonBytes(value) <= maxBytes ? value : undefined
}

/** Compares two values: booleans come before numbers, and those before texts. */
export function compareScalars(one: Scalar, other: Scalar): number {
  const [type, otherType] = [typeof one, typeof other]
  if (type !== otherType) return type < otherType ? -1 : 1
  return one < other ? -1 : one > other ? 1 : 0
}
