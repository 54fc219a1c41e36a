import { type FeatureDefinition, kindOf } from 'prepaint/engine'
import type { DeclaredFeature } from './definitions.ts'

/** Features of a site. */
export const MAX_FEATURES = 64

/** An id: a key of the states, which `__proto__` cannot be. */
const ID = /^(?!__proto__$)[!-~]{1,64}$/

interface Fields {
  readonly [field: string]: unknown
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isDuration = (value: unknown): boolean => Number.isFinite(value) && (value as number) > 0

/** Fields that the kinds rely on, as far as a definition has them. */
const CHECKS = new Map<string, (value: unknown) => boolean>([
  ['event', isText],
  ['of', isText],
  ['from', (value) => value === 'server'],
  ['withinMs', isDuration],
  ['halfLifeMs', isDuration],
  ['timeoutMs', isDuration],
  ['where', isObject],
  ['groups', isObject],
])

/** Fields without which a kind cannot count. */
const NEEDED: { readonly [Kind in FeatureDefinition['kind']]: readonly string[] } = {
  count: ['event', 'withinMs'],
  sum: ['event', 'of', 'withinMs'],
  since: ['event'],
  first: ['event', 'of'],
  last: ['event', 'of'],
  distinct: ['event', 'of', 'withinMs'],
  top: ['event', 'of', 'halfLifeMs'],
  ever: ['event'],
  session: ['timeoutMs'],
}

/** True for a definition of a kind that this version knows; one of a later kind may have any fields. */
function isDefinition(value: unknown): boolean {
  if (!isObject(value) || typeof value['kind'] !== 'string') return false
  if (!kindOf(value['kind'])) return true
  const needed = NEEDED[value['kind'] as FeatureDefinition['kind']]
  const isSound = ([field, content]: [string, unknown]): boolean => CHECKS.get(field)?.(content) ?? true
  return needed.every((field) => Object.hasOwn(value, field)) && Object.entries(value).every(isSound)
}

function isDeclared(value: unknown): boolean {
  if (!isObject(value)) return false
  const { id, definition, sinceOffset } = value
  const isPlaced = sinceOffset === undefined || (Number.isSafeInteger(sinceOffset) && (sinceOffset as number) >= 0)
  return typeof id === 'string' && ID.test(id) && isPlaced && isDefinition(definition)
}

/** True for what a record may declare: features that have all that folding relies on. */
export function areDeclared(value: unknown): value is DeclaredFeature[] {
  return Array.isArray(value) && value.length <= MAX_FEATURES && value.every(isDeclared)
}
