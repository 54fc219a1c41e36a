import type { Json } from '../protocol/index.ts'
import { type Actual, among, equals, folded, isSame, MAX_ITEMS } from './equality.ts'
import { sortableVersion } from './version.ts'

/** A test of one value. */
export interface ValueCheck {
  holds(actual: Actual): boolean
  /** The one value that meets it, when it is that simple: comparing on the spot is faster. */
  only?: string | number | boolean
  /** Time that it takes, in ns, on texts of 256 characters and lists of 32 items; see `cost.ts`. */
  costNs: number
}

/** The part of the catalog that operators need. A message that they throw is for the catalog's author. */
export interface OperatorScope {
  /** Compiles a value or an object of operators. */
  value(operand: Json): ValueCheck
  /** Compiles the condition that an item of a list must meet. */
  item(condition: Json): ValueCheck
  group(name: string): readonly Json[]
  regex(pattern: string, ignoresCase: boolean): TextTest
  /** True when the attribute is never a list. */
  isSingle: boolean
}

/** A pattern, ready to be tested. */
export interface TextTest {
  (text: string): boolean
  /** The longest that it takes, in ns; absent: what ordinary patterns take. */
  readonly costNs?: number
}

/** Takes the operand at publish time and returns the test that runs on a visitor's value. */
type Operator = (operand: Json, scope: OperatorScope) => ValueCheck

/** Measured on the machine of the README's figures, and rounded up. */
const COMPARE_NS = 8
const FOLD_NS = 400
const VERSION_NS = 400
const OBJECT_NS = 40
const REGEX_NS = 2_500
const ITEMS = 32

/** A test of each item: 32 long texts, or as many short values as are looked at. Both are some 16 KB. */
function eachNs(itemNs: number): number {
  return Math.max(ITEMS * itemNs, MAX_ITEMS * Math.min(itemNs, 2 * COMPARE_NS))
}

function isList(actual: Actual): actual is Json[] {
  return Array.isArray(actual) && actual.length <= MAX_ITEMS
}

const TYPES: readonly Json[] = ['string', 'number', 'boolean', 'array', 'object', 'null', 'undefined']

function typeOf(actual: Actual): string {
  if (actual === null) return 'null'
  return Array.isArray(actual) ? 'array' : typeof actual
}

function listOf(operand: Json): Json[] {
  if (!Array.isArray(operand)) throw new TypeError('expected a list')
  return operand
}

function textOf(operand: Json): string {
  if (typeof operand !== 'string') throw new TypeError('expected a text')
  return operand
}

function sizeOf(operand: Json): number {
  if (typeof operand !== 'object' || operand === null) return 1
  return Object.values(operand).reduce((size: number, part) => size + sizeOf(part), 1)
}

const is: Operator = (operand) => ({
  holds: (actual) => isSame(actual, operand),
  ...(typeof operand === 'object' ? {} : { only: operand }),
  costNs: COMPARE_NS * sizeOf(operand),
})

/** The opposite of another operator, on every value: so a missing attribute is not in a list. */
function not(operator: Operator): Operator {
  return (operand, scope) => {
    const { holds, costNs } = operator(operand, scope)
    return { holds: (actual) => !holds(actual), costNs }
  }
}

/** Order is defined within numbers and within texts; across types, and for all others, nothing is smaller or greater. */
function ordering(holds: (sign: number) => boolean): Operator {
  return (operand) => {
    if (typeof operand !== 'number' && typeof operand !== 'string') throw new TypeError('expected a number or a text')
    return {
      holds(actual) {
        if (typeof actual !== typeof operand) return false
        const value = actual as number | string
        return holds(value < operand ? -1 : value > operand ? 1 : 0)
      },
      costNs: COMPARE_NS,
    }
  }
}

/** Two texts or two numbers are compared as versions. */
function versions(holds: (sign: number) => boolean): Operator {
  return (operand) => {
    if (typeof operand !== 'number' && typeof operand !== 'string') throw new TypeError('expected a version')
    const wanted = sortableVersion(operand)
    if (wanted === undefined) throw new TypeError('expected a version, of at most 256 characters')
    return {
      holds(actual) {
        if (typeof actual !== typeof operand) return false
        const version = sortableVersion(actual as number | string)
        return version !== undefined && holds(version < wanted ? -1 : version > wanted ? 1 : 0)
      },
      costNs: VERSION_NS,
    }
  }
}

function inList(fold: ((value: Actual) => Actual) | undefined, itemNs: number): Operator {
  return (operand, { isSingle }) => {
    const values = listOf(operand)
    const objects = values.filter((value) => typeof value === 'object' && value !== null)
    const costNs = itemNs + OBJECT_NS * objects.length
    return { holds: among(values, fold), costNs: isSingle ? costNs : eachNs(costNs) }
  }
}

/** Every item of the operand is met by some item of the visitor's list. */
function all(compile: Operator): Operator {
  return (operand, scope) => {
    const checks = listOf(operand).map((item) => compile(item, scope))
    return {
      holds: (actual) => isList(actual) && checks.every(({ holds }) => actual.some(holds)),
      costNs: checks.reduce((sum, { costNs }) => sum + eachNs(costNs), COMPARE_NS),
    }
  }
}

const value: Operator = (operand, scope) => scope.value(operand)

const ignoringCase: Operator = (operand, scope) => {
  if (typeof operand !== 'string') return scope.value(operand)
  const wanted = folded(operand)
  return { holds: (actual) => equals(folded(actual), wanted), costNs: FOLD_NS }
}

function regex(ignoresCase: boolean): Operator {
  return (operand, scope) => {
    const matches = scope.regex(textOf(operand), ignoresCase)
    return { holds: (actual) => typeof actual === 'string' && matches(actual), costNs: matches.costNs ?? REGEX_NS }
  }
}

/** By a group's list: its test, so that ten thousand audiences may name ten thousand customers. */
const groupTests = new WeakMap<readonly Json[], ValueCheck['holds']>()

function groupTest(members: readonly Json[]): ValueCheck['holds'] {
  const holds = groupTests.get(members) ?? among(members)
  groupTests.set(members, holds)
  return holds
}

const inGroup: Operator = (operand, scope) => ({
  holds: groupTest(scope.group(textOf(operand))),
  costNs: scope.isSingle ? COMPARE_NS : eachNs(COMPARE_NS),
})

const exact = inList(undefined, COMPARE_NS)
const insensitive = inList(folded, 3 * COMPARE_NS)
const sameVersion = versions((sign) => sign === 0)

/**
 * Operators by their name, with the meaning that GrowthBook's SDK specification gives them (0.12: types are never
 * converted, a negated operator is the opposite of its positive form, a missing attribute is `null`).
 */
export const operators = {
  $eq: is,
  $ne: not(is),
  $in: exact,
  $nin: not(exact),
  $ini: insensitive,
  $nini: not(insensitive),
  $inGroup: inGroup,
  $notInGroup: not(inGroup),
  $all: all(value),
  $alli: all(ignoringCase),
  $lt: ordering((sign) => sign < 0),
  $lte: ordering((sign) => sign <= 0),
  $gt: ordering((sign) => sign > 0),
  $gte: ordering((sign) => sign >= 0),
  $veq: sameVersion,
  $vne: not(sameVersion),
  $vlt: versions((sign) => sign < 0),
  $vlte: versions((sign) => sign <= 0),
  $vgt: versions((sign) => sign > 0),
  $vgte: versions((sign) => sign >= 0),
  $regex: regex(false),
  $regexi: regex(true),
  $not: not(value),
  $exists(operand) {
    if (typeof operand !== 'boolean') throw new TypeError('expected true or false')
    return { holds: (actual) => (actual !== undefined && actual !== null) === operand, costNs: COMPARE_NS }
  },
  $type(operand) {
    if (!TYPES.includes(operand)) throw new TypeError(`expected one of ${TYPES.join(', ')}`)
    return { holds: (actual) => typeOf(actual) === operand, costNs: COMPARE_NS }
  },
  $size(operand, scope) {
    const { holds, costNs } = scope.value(operand)
    return { holds: (actual) => Array.isArray(actual) && holds(actual.length), costNs }
  },
  $elemMatch(operand, scope) {
    const { holds, costNs } = scope.item(operand)
    return { holds: (actual) => isList(actual) && actual.some(holds), costNs: eachNs(costNs) }
  },
} satisfies { [name: string]: Operator }

/** All of them, for tools and references. */
export const OPERATOR_NAMES: readonly string[] = Object.keys(operators)
