import type { Json } from '../protocol/index.ts'

/** Takes the operand at publish time and returns the test that runs on a visitor's value. */
type Operator = (operand: Json) => (actual: Json | undefined) => boolean

function list(operand: Json): Json[] {
  if (!Array.isArray(operand)) throw new TypeError('expected a list')
  return operand
}

function equals(left: Json | undefined, right: Json): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const [a, b] = [left as { [key: string]: Json }, right as { [key: string]: Json }]
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && equals(a[key], b[key] as Json))
}

/** An attribute that is missing is `null`, as in MongoDB. */
function isSame(actual: Json | undefined, operand: Json): boolean {
  return equals(actual, operand) || (operand === null && actual === undefined)
}

/** A list in the visitor's profile contains what it has; any other value is itself. */
function isIn(actual: Json | undefined, values: Json[]): boolean {
  const own = Array.isArray(actual) ? actual : [actual]
  return own.some((one) => values.some((value) => isSame(one, value)))
}

/** Order is defined within numbers and within strings; across types nothing is smaller or greater. */
function ordering(holds: (sign: number) => boolean): Operator {
  return (operand) => {
    if (typeof operand !== 'number' && typeof operand !== 'string') {
      throw new TypeError('expected a number or a string')
    }
    return (actual) => {
      if (typeof actual !== typeof operand) return false
      const value = actual as number | string
      return holds(value < operand ? -1 : value > operand ? 1 : 0)
    }
  }
}

/** Operators by their name in the condition language. */
export const operators = {
  $eq: (operand) => (actual) => isSame(actual, operand),
  $ne: (operand) => (actual) => !isSame(actual, operand),
  $in: (operand) => {
    const values = list(operand)
    return (actual) => isIn(actual, values)
  },
  $nin: (operand) => {
    const values = list(operand)
    return (actual) => !isIn(actual, values)
  },
  $lt: ordering((sign) => sign < 0),
  $lte: ordering((sign) => sign <= 0),
  $gt: ordering((sign) => sign > 0),
  $gte: ordering((sign) => sign >= 0),
  $exists: (operand) => {
    if (typeof operand !== 'boolean') throw new TypeError('expected true or false')
    return (actual) => (actual !== undefined && actual !== null) === operand
  },
} satisfies { [name: string]: Operator }
