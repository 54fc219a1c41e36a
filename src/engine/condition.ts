import type { Json } from '../protocol/index.ts'
import { type Attribute, type DecideContext, parseAttribute, readAttribute } from './context.ts'
import { operators } from './operator.ts'

/**
 * A condition in MongoDB's query language: `{ "page.campaign": "spring", "traits.age": { "$gte": 18 } }`,
 * joined by `$and`, `$or`, `$nor` and `$not`. It is data: nothing in it can run.
 */
export type Condition = { [attributeOrJoint: string]: Json }

/** A compiled condition. */
export type Test = (context: DecideContext) => boolean

/** What is wrong with a condition, and where in it. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError'
  /** Keys and indexes that lead to the offending part. */
  readonly path: readonly (string | number)[]

  constructor(message: string, path: readonly (string | number)[]) {
    super(message)
    this.path = path
  }
}

type Path = readonly (string | number)[]
type OnAttribute = (attribute: Attribute) => void

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function compileList(value: Json | undefined, path: Path, onAttribute: OnAttribute): Test[] {
  if (!Array.isArray(value)) throw new ConditionError('expected a list of conditions', path)
  if (value.length === 0) throw new ConditionError('expected at least one condition', path)
  return value.map((part, index) => compileCondition(part, [...path, index], onAttribute))
}

const joints: { [name: string]: (value: Json | undefined, path: Path, onAttribute: OnAttribute) => Test } = {
  $and(value, path, onAttribute) {
    const tests = compileList(value, path, onAttribute)
    return (context) => tests.every((test) => test(context))
  },
  $or(value, path, onAttribute) {
    const tests = compileList(value, path, onAttribute)
    return (context) => tests.some((test) => test(context))
  },
  $nor(value, path, onAttribute) {
    const tests = compileList(value, path, onAttribute)
    return (context) => !tests.some((test) => test(context))
  },
  $not(value, path, onAttribute) {
    const test = compileCondition(value, path, onAttribute)
    return (context) => !test(context)
  },
}

function compileOperators(value: Json | undefined, path: Path): (actual: Json | undefined) => boolean {
  if (!isObject(value) || !Object.keys(value).some((key) => key.startsWith('$'))) {
    return operators.$eq(value ?? null)
  }
  const tests = Object.entries(value).map(([name, operand]) => {
    const operator = Object.hasOwn(operators, name) ? operators[name as keyof typeof operators] : undefined
    if (!operator) throw new ConditionError(`unknown operator ${name}`, [...path, name])
    try {
      return operator(operand)
    } catch (cause) {
      throw new ConditionError((cause as Error).message, [...path, name])
    }
  })
  return (actual) => tests.every((test) => test(actual))
}

/**
 * Compiles a condition to closures.
 * @param onAttribute is told each attribute that the condition reads.
 * @throws ConditionError that names the place.
 */
export function compileCondition(value: Json | undefined, path: Path, onAttribute: OnAttribute): Test {
  if (!isObject(value)) throw new ConditionError('expected a condition', path)
  const tests = Object.entries(value).map(([name, operand]): Test => {
    const at = [...path, name]
    if (Object.hasOwn(joints, name)) return joints[name]?.(operand, at, onAttribute) as Test
    const attribute = parseAttribute(name)
    if (!attribute) throw new ConditionError(`unknown attribute ${name}`, at)
    onAttribute(attribute)
    const holds = compileOperators(operand, at)
    return (context) => holds(readAttribute(attribute, context))
  })
  return (context) => tests.every((test) => test(context))
}
