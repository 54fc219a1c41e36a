import type { Json } from '../protocol/index.ts'
import { readPath } from './attribute.ts'
import { ConditionError, type Path } from './condition-error.ts'
import type { Actual } from './equality.ts'
import { type Known, NOT_KNOWN, UNREAD } from './frame.ts'
import { operators, type OperatorScope, type ValueCheck } from './operator.ts'
import { isTvCondition } from './tv/condition.ts'

/**
 * A condition in MongoDB's query language: `{ "page.campaign": "spring", "traits.age": { "$gte": 18 } }`,
 * joined by `$and`, `$or`, `$nor` and `$not`. It is data: nothing in it can run.
 */
export type Condition = { [attributeOrJoint: string]: Json }

/** The clause of a condition that did not hold. */
export interface FailedClause {
  /** Keys and indexes that lead to it in the catalog. */
  path: Path
  /** The value or operators that it requires. */
  expected: Json
  /** The actual value; absent if there is none, or if the clause joins others. */
  actual?: Json
}

/** The subject that a condition is evaluated for: a request, or an item of a list. */
interface Subject {
  /** By an attribute's number: its value, so that it is found once. */
  readonly values: (Known | typeof UNREAD)[]
}

/** An item of a list. */
interface Item extends Subject {
  item: Actual
}

/** An attribute of a subject. */
export interface Reader<About extends Subject> {
  number: number
  /** True when it is never a list. */
  isSingle: boolean
  /** Time that reading takes if it takes longer than a look-up, in ns. It is done once, so it is no part of a condition's cost. */
  readNs?: number
  read(subject: About): Known
}

/** A test of one attribute. Taken apart, so that whoever asks many of them saves two calls for each. */
interface Clause<About extends Subject> extends Reader<About> {
  /** The one value that meets it, when it is that simple. */
  only: Actual
  holds(actual: Actual): boolean
}

/**
 * A compiled condition, in Kleene's strong three-valued logic: of a subject it holds, or it fails, or neither, because a value that it
 * takes is not known. Its negation holds where it fails, so that what is not known lets nobody into an audience.
 */
export interface Check<About extends Subject> {
  holds(subject: About): boolean
  fails(subject: About): boolean
  /** The clause at fault, once `holds` has said no: one that fails, else one that is not known. */
  failure(subject: About): FailedClause
  /** Time that it takes, in ns; see `cost.ts`. */
  costNs: number
  /** Absent when it joins others. */
  clause?: Clause<About>
}

/** The part of the scope that a value's test may use. */
type ValueScope = Pick<OperatorScope, 'group' | 'regex' | 'isSingle'>

/** Meanings of the names in a condition. */
export interface ConditionScope<About extends Subject> extends Omit<ValueScope, 'isSingle'> {
  /** Finds an attribute. @throws ConditionError when there is none of that name */
  reader(name: string, path: Path, operand: Json): Reader<About>
  /** Finds what a visitor did, and the comparison of it. @throws ConditionError for what is wrong with it */
  done?(operand: Json, path: Path): { reader: Reader<About>; comparison: Json }
  /** Finds what is asked of TV: true or false. @throws ConditionError for what is wrong with it */
  onTv?(name: string, operand: Json, path: Path): Reader<About>
  /** Finds an audience. @throws ConditionError when there is none of that name, or when it asks for itself */
  audience?(name: Json, path: Path): Check<About>
}

type Compile = <About extends Subject>(value: Json, path: Path, scope: ConditionScope<About>) => Check<About>

/** Reading an attribute and calling its test. */
const CLAUSE_NS = 10

function isObject(value: Json): value is Condition {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An empty object is one too, and then everything holds (GrowthBook's SDK specification, `isOperatorObject`). */
function isOperators(value: Json, path: Path): value is Condition {
  if (!isObject(value)) return false
  const names = Object.keys(value).filter((key) => key.startsWith('$'))
  if (names.length > 0 && names.length < Object.keys(value).length) {
    throw new ConditionError('mixes operators and other names', path)
  }
  return names.length === Object.keys(value).length
}

function valueOf<About extends Subject>({ number, read }: Reader<About>, subject: About): Known {
  const kept = subject.values[number]
  return kept === UNREAD ? (subject.values[number] = read(subject)) : kept
}

function isMet<About extends Subject>(clause: Clause<About>, subject: About): boolean {
  const { only, holds } = clause
  const actual = valueOf(clause, subject)
  return only === undefined ? actual !== NOT_KNOWN && holds(actual) : actual === only
}

/** Time by which tests are put in order: reading may be what takes longest. */
function orderNs<About extends Subject>({ costNs, clause }: Check<About>): number {
  return costNs + (clause?.readNs ?? 0)
}

function every<About extends Subject>(checks: readonly Check<About>[]): Check<About> {
  const [first] = checks
  if (first && checks.length === 1) return first
  // Cheap ones first: what fails early costs little. The order decides nothing but the time.
  const tests = [...checks]
    .sort((one, other) => orderNs(one) - orderNs(other))
    .map(({ clause, holds }) => clause ?? { number: -1, read: undefined, only: undefined, holds })
  return {
    holds(subject) {
      for (const test of tests) {
        if (!(test.read === undefined ? test.holds(subject) : isMet(test, subject))) return false
      }
      return true
    },
    fails: (subject) => checks.some((check) => check.fails(subject)),
    // In the author's order, not in the one above.
    failure(subject) {
      const failed = checks.find((check) => check.fails(subject)) ?? checks.find((check) => !check.holds(subject))
      return (failed as Check<About>).failure(subject)
    },
    costNs: checks.reduce((sum, { costNs }) => sum + costNs, 0),
  }
}

function listOf<About extends Subject>(value: Json, path: Path, scope: ConditionScope<About>): Check<About>[] {
  if (!Array.isArray(value)) throw new ConditionError('expected a list of conditions', path)
  return value.map((part, index) => compileCondition(part, [...path, index], scope))
}

/** A joint fails as a whole: none of its parts is to blame alone. */
function whole<About extends Subject>(
  parts: readonly Check<About>[],
  expected: Json,
  path: Path,
  { holds, fails }: Pick<Check<About>, 'holds' | 'fails'>,
): Check<About> {
  return {
    holds,
    fails,
    failure: () => ({ path, expected }),
    costNs: parts.reduce((sum, { costNs }) => sum + costNs, CLAUSE_NS),
  }
}

const joints: { readonly [name: string]: Compile } = {
  $and: (value, path, scope) => every(listOf(value, path, scope)),
  $or(value, path, scope) {
    const parts = listOf(value, path, scope)
    // Of no alternatives none has to hold (GrowthBook's SDK specification, `evalOr`).
    return whole(parts, value, path, {
      holds: (subject) => parts.length === 0 || parts.some((part) => part.holds(subject)),
      fails: (subject) => parts.length > 0 && parts.every((part) => part.fails(subject)),
    })
  },
  $nor(value, path, scope) {
    const { holds, fails, costNs } = (joints['$or'] as Compile)(value, path, scope)
    return { holds: fails, fails: holds, failure: () => ({ path, expected: value }), costNs }
  },
  $not(value, path, scope) {
    const part = compileCondition(value, path, scope)
    return whole([part], value, path, { holds: part.fails, fails: part.holds })
  },
  $audience(value, path, { audience }) {
    if (!audience) throw new ConditionError('an item of a list belongs to no audience', path)
    return audience(value, path)
  },
  $did(value, path, scope) {
    if (!scope.done) throw new ConditionError('only an audience can ask for what a visitor did', path)
    const { reader, comparison } = scope.done(value, path)
    return clauseOf(reader, comparison, { path, expected: value }, scope)
  },
}

/** Asks the timeline; the operand says what for. */
function onTv(name: string): Compile {
  return (value, path, scope) => {
    if (!scope.onTv) throw new ConditionError('only an audience can ask what is on TV', path)
    return clauseOf(scope.onTv(name, value, path), true, { path, expected: value }, scope)
  }
}

/** Returns true if a condition under `$elemMatch` tests fields of an item: it names one, or joins such tests. */
function asksForFields(condition: Condition): boolean {
  return Object.keys(condition).some(
    (name) => !Object.hasOwn(operators, name) && (Object.hasOwn(joints, name) || !name.startsWith('$')),
  )
}

function compileItem(condition: Json, path: Path, scope: ValueScope): ValueCheck {
  if (!isObject(condition)) throw new ConditionError('expected a condition', path)
  if (!asksForFields(condition)) return compileValue(condition, path, scope)
  const names: string[] = []
  const { holds, costNs } = compileCondition<Item>(condition, path, {
    group: scope.group,
    regex: scope.regex,
    reader(name) {
      const at = readPath(name)
      return { number: names.push(name) - 1, isSingle: false, read: ({ item }) => at(item) }
    },
  })
  return { holds: (item) => holds({ item, values: names.map(() => UNREAD) }), costNs }
}

function compileOperator(name: string, operand: Json, path: Path, scope: ValueScope): ValueCheck {
  const operator = Object.hasOwn(operators, name) ? operators[name as keyof typeof operators] : undefined
  if (!operator) throw new ConditionError(`unknown operator ${name}`, path)
  try {
    return operator(operand, {
      ...scope,
      value: (part) => compileValue(part, path, scope),
      item: (part) => compileItem(part, path, { ...scope, isSingle: false }),
    })
  } catch (cause) {
    if (cause instanceof ConditionError) throw cause
    throw new ConditionError((cause as Error).message, path)
  }
}

function compileValue(value: Json, path: Path, scope: ValueScope): ValueCheck {
  if (!isOperators(value, path)) return compileOperator('$eq', value, path, scope)
  const checks = Object.entries(value).map(([name, operand]) => compileOperator(name, operand, [...path, name], scope))
  const [first] = checks
  if (first && checks.length === 1) return first
  return {
    holds: (actual) => checks.every(({ holds }) => holds(actual)),
    costNs: checks.reduce((sum, { costNs }) => sum + costNs, 0),
  }
}

function clauseOf<About extends Subject>(
  reader: Reader<About>,
  operand: Json,
  { path, expected }: Pick<FailedClause, 'path' | 'expected'>,
  { group, regex }: ConditionScope<About>,
): Check<About> {
  const { number, isSingle, read, readNs = 0 } = reader
  const { holds, only, costNs } = compileValue(operand, path, { group, regex, isSingle })
  const clause = { number, isSingle, readNs, read, only, holds }
  return {
    clause,
    holds: (subject) => isMet(clause, subject),
    fails: (subject) => valueOf(reader, subject) !== NOT_KNOWN && !isMet(clause, subject),
    failure(subject) {
      const actual = valueOf(reader, subject)
      return { path, expected, ...(actual === undefined || actual === NOT_KNOWN ? {} : { actual }) }
    },
    costNs: costNs + CLAUSE_NS,
  }
}

/**
 * Compiles a condition to closures.
 * @throws ConditionError that names the place.
 */
export function compileCondition<About extends Subject>(
  value: Json,
  path: Path,
  scope: ConditionScope<About>,
): Check<About> {
  if (!isObject(value)) throw new ConditionError('expected a condition', path)
  return every(
    Object.entries(value).map(([name, operand]) => {
      const at = [...path, name]
      const joint = Object.hasOwn(joints, name) ? joints[name] : isTvCondition(name) ? onTv(name) : undefined
      return joint
        ? joint(operand, at, scope)
        : clauseOf(scope.reader(name, at, operand), operand, { path: at, expected: operand }, scope)
    }),
  )
}
