import type { Json } from '../protocol/index.ts'

/** A value that a condition may be compared with: a JSON value, or nothing. */
export type Actual = Json | undefined

/** True when two values have the same type and content; the order of keys does not count, that of lists does. */
export function equals(left: Actual, right: Actual): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const [a, b] = [left as { [key: string]: Json }, right as { [key: string]: Json }]
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equals(a[key], b[key]))
}

/** Like {@link equals}, but an attribute that is missing is `null`. */
export function isSame(actual: Actual, operand: Json): boolean {
  return equals(actual, operand) || (operand === null && actual === undefined)
}

/** The most items of a visitor's list that are looked at; a longer one meets no operator that looks at them. */
export const MAX_ITEMS = 256

/** The longest text that is folded; a longer one is compared as it is. */
const MAX_FOLDED = 512

/** Folds a value for a comparison that ignores case: texts become lower case, all else stays. */
export function folded<Value extends Actual>(value: Value): Value {
  return typeof value === 'string' && value.length <= MAX_FOLDED ? (value.toLowerCase() as Value) : value
}

/**
 * A test of being among `values`: a list is when one of its items is, any other value when it is itself.
 * @param fold makes alike what counts as the same; absent: nothing does
 */
export function among(
  values: readonly Json[],
  fold: (value: Actual) => Actual = (value) => value,
): (actual: Actual) => boolean {
  const plain = new Set(values.filter((value) => typeof value !== 'object' || value === null).map(fold))
  const objects = values.filter((value) => typeof value === 'object' && value !== null)
  const isPlain = (value: Actual): boolean => plain.has(fold(value ?? null))
  const has =
    objects.length === 0
      ? isPlain
      : (value: Actual) => isPlain(value) || objects.some((object) => equals(value, object))
  return (actual) =>
    typeof actual === 'object' && Array.isArray(actual) ? actual.length <= MAX_ITEMS && actual.some(has) : has(actual)
}
