import type { Json } from '../protocol/index.ts'
import type { Condition } from './condition.ts'
import { ConditionError, type Path } from './condition-error.ts'
import { declareFeature, type FeatureDeclaration, type Groups } from './features/declaration.ts'
import type { Feature } from './features/definition.ts'

/** Fields of `$did`; `event` is needed. */
const FIELDS: readonly string[] = ['event', 'where', 'from', 'within', 'atLeast', 'atMost']

/** Largest number of times that it compares with. */
const MAX_TIMES = 100_000

/** A feature that a condition writes in place, and the comparison of its value. */
export interface Did {
  /** The feature. */
  feature: Feature
  /** The value that holds, or operators. */
  comparison: Json
}

type Fields = Pick<FeatureDeclaration, 'event' | 'where' | 'from' | 'within'> & { atLeast?: Json; atMost?: Json }

function isObject(value: Json): value is Condition {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fieldsOf(operand: Json, path: Path): Fields {
  if (!isObject(operand)) throw new ConditionError('expected an event, such as { event: Order Completed }', path)
  const unknown = Object.keys(operand).find((name) => !FIELDS.includes(name))
  if (unknown !== undefined)
    throw new ConditionError(`unknown field ${unknown}: one of ${FIELDS.join(', ')}`, [...path, unknown])
  return operand as Fields
}

function timesOf(value: Json | undefined, least: number, path: Path): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= MAX_TIMES) return value
  throw new ConditionError(`expected a whole number from ${least} to ${MAX_TIMES}`, path)
}

/** Returns true for "it ever happened", and false for "never". */
function everOf(atLeast: number, atMost: number | undefined, path: Path): boolean {
  if (atLeast === 1 && atMost === undefined) return true
  if (atLeast === 0 && atMost === 0) return false
  const message = 'without within it is known only whether it ever happened: write atLeast 1, atMost 0, or within'
  throw new ConditionError(message, [...path, atMost === undefined || atMost === 0 ? 'atLeast' : 'atMost'])
}

/**
 * Reads "did EVENT, where …, within …, at least or at most so many times". Without bounds it is at least once; `atMost` alone has no
 * other bound, so `atMost: 0` says "did not".
 * @throws ConditionError with its place
 */
export function readDid(operand: Json, path: Path, groups: Groups): Did {
  const { event, where, from, within, ...bounds } = fieldsOf(operand, path)
  const atMost = timesOf(bounds.atMost, 0, [...path, 'atMost'])
  const atLeast = timesOf(bounds.atLeast, 1, [...path, 'atLeast']) ?? (atMost === undefined ? 1 : 0)
  if (atMost !== undefined && atLeast > atMost)
    throw new ConditionError(`atLeast ${atLeast} is more than atMost ${atMost}`, [...path, 'atLeast'])
  const selection = {
    ...(event === undefined ? {} : { event }),
    ...(where === undefined ? {} : { where }),
    ...(from === undefined ? {} : { from }),
  }
  if (within === undefined) {
    const comparison = everOf(atLeast, atMost, path)
    return { feature: declareFeature({ kind: 'ever', ...selection }, path, groups), comparison }
  }
  return {
    feature: declareFeature({ kind: 'count', ...selection, within }, path, groups),
    comparison: { $gte: atLeast, ...(atMost === undefined ? {} : { $lte: atMost }) },
  }
}
