import { isTvCondition, OPERATOR_NAMES } from 'prepaint/engine'
import { type AttributeValues, valuesOf } from './attribute-values.ts'
import type { CatalogFinding } from './catalog-finding.ts'
import type { CatalogFile } from './schema.ts'
import type { CatalogPath } from './source.ts'

type Operators = { [name: string]: unknown }

/** The subject of a comparison: an attribute, or an item of a list, of which nothing is known. */
interface Subject {
  name: string
  values: AttributeValues
  groups: NonNullable<CatalogFile['groups']>
}

/** Values of a property of an event, or of an item of a list. */
const ANY: AttributeValues = { isOptional: true }

const EMPTY = 'expected at least one condition'
const JOINTS = /^\$(and|or|nor)$/
const FOLDING = /^\$(ini|nini|alli)$/
const ORDERS = /^\$(lt|lte|gt|gte)$/
const TEXTS: { readonly [type: string]: string } = { string: 'a text', number: 'a number', boolean: 'true or false' }

function typeText(type: AttributeValues['type']): string | undefined {
  return type === undefined ? 'a text, a number, or true or false' : TEXTS[type]
}

function isObject(value: unknown): value is Operators {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isOperators(value: unknown): value is Operators {
  return isObject(value) && Object.keys(value).every((key) => key.startsWith('$'))
}

/** Returns the reason why a comparison with a value never holds, for any visitor. */
function valueFlaw({ name, values }: Subject, value: unknown, operator: string): string | undefined {
  const { type, isOptional, isScalar, flaw, fold } = values
  if (value === null && isOptional) return undefined
  const shown = JSON.stringify(value)
  if (type === undefined)
    return isScalar && typeof value === 'object' ? `${name} is ${typeText(type)}, so it is never ${shown}` : undefined
  if (value === null) return `${name} is never null`
  if (typeof value !== type) {
    const hint = type === 'string' && typeof value !== 'object' ? `: write '${String(value)}'` : ''
    return `${name} is ${TEXTS[type]}, so it is never ${shown}${hint}`
  }
  if (typeof value === 'boolean') return undefined
  const isFolded = FOLDING.test(operator) && fold !== undefined && typeof value === 'string'
  const why = flaw?.(isFolded ? fold(value) : (value as string | number))
  return why === undefined ? undefined : `${name} is never ${shown}: ${why}`
}

function flawAt(path: CatalogPath, message: string | undefined): CatalogFinding[] {
  return message === undefined ? [] : [{ path, message, isFutile: true }]
}

function listFindings(subject: Subject, list: unknown, operator: string, path: CatalogPath): CatalogFinding[] {
  if (!Array.isArray(list)) return []
  if (list.length === 0) return [{ path, message: 'expected at least one value', isKey: true }]
  return list.flatMap((item, index) => flawAt([...path, index], valueFlaw(subject, item, operator)))
}

/** The order of two numbers or of two texts, beyond what the attribute can be. */
function orderFlaw({ name, values }: Subject, operator: string, bound: unknown): string | undefined {
  const { type, least = -Infinity, most = Infinity } = values
  if (type === undefined) return undefined
  if (typeof bound !== type || typeof bound === 'boolean')
    return `${name} is ${TEXTS[type]} and has no order with ${JSON.stringify(bound)}`
  if (typeof bound !== 'number') return undefined
  const isPossible = { $lt: least < bound, $lte: least <= bound, $gt: most > bound, $gte: most >= bound }[operator]
  return isPossible === false ? `${name} is never ${operator} ${bound}: it is ${least} to ${most}` : undefined
}

function groupFindings(subject: Subject, name: unknown): CatalogFinding[] {
  const members = typeof name === 'string' && Object.hasOwn(subject.groups, name) ? subject.groups[name] : undefined
  return (members ?? []).flatMap((member, index) =>
    flawAt(['groups', String(name), index], valueFlaw(subject, member, '$in')),
  )
}

function typeFlaw({ name, values: { type, isOptional } }: Subject, wanted: unknown): string | undefined {
  const isPossible = type === undefined || wanted === type || (isOptional && wanted === 'undefined')
  return isPossible ? undefined : `${name} is ${TEXTS[type]} and never of type ${JSON.stringify(wanted)}`
}

function needsList({ name, values: { type, isScalar = type !== undefined } }: Subject): string | undefined {
  return isScalar ? `${name} is ${typeText(type)} and never a list` : undefined
}

function operatorFindings(subject: Subject, operator: string, operand: unknown, path: CatalogPath): CatalogFinding[] {
  const { name, values, groups } = subject
  const any: Subject = { name: 'an item', values: ANY, groups }
  switch (operator) {
    case '$eq':
    case '$ne':
      return flawAt(path, valueFlaw(subject, operand, operator))
    case '$in':
    case '$nin':
    case '$ini':
    case '$nini':
      return listFindings(subject, operand, operator, path)
    case '$inGroup':
    case '$notInGroup':
      return groupFindings(subject, operand)
    case '$not':
      return comparisonFindings(subject, operand, path)
    case '$all':
    case '$alli': {
      const flaw = needsList(subject)
      if (flaw !== undefined) return flawAt(path, flaw)
      if (!Array.isArray(operand)) return []
      const empty = operand.length === 0 ? [{ path, message: 'expected at least one value', isKey: true }] : []
      return [
        ...empty,
        ...operand.flatMap((item, index) => (isObject(item) ? comparisonFindings(any, item, [...path, index]) : [])),
      ]
    }
    case '$size': {
      const flaw = needsList(subject)
      const length: Subject = { name: 'a length', values: { ...valuesOf('pageViews'), isOptional: false }, groups }
      return flaw === undefined ? comparisonFindings(length, operand, path) : flawAt(path, flaw)
    }
    case '$elemMatch': {
      const flaw = needsList(subject)
      if (flaw !== undefined) return flawAt(path, flaw)
      if (!isObject(operand)) return []
      return isOperators(operand) && Object.keys(operand).every((key) => OPERATOR_NAMES.includes(key))
        ? comparisonFindings(any, operand, path)
        : conditionFindings(operand, path, () => any)
    }
    case '$regex':
    case '$regexi':
      if (operand === '')
        return [{ path, message: 'expected a pattern: an empty one is found in every text', isKey: true }]
      return values.type === undefined || values.type === 'string'
        ? []
        : flawAt(path, `${name} is ${TEXTS[values.type]}, and patterns are found in texts`)
    case '$type':
      return flawAt(path, typeFlaw(subject, operand))
    case '$exists':
      return operand === false && !values.isOptional ? flawAt(path, `${name} is never missing`) : []
    default:
      if (ORDERS.test(operator)) return flawAt(path, orderFlaw(subject, operator, operand))
      // Two versions are compared when both are texts, or both are numbers.
      if (operator.startsWith('$v') && values.type !== undefined && typeof operand !== values.type) {
        return flawAt(path, `${name} is ${TEXTS[values.type]} and no version such as ${JSON.stringify(operand)}`)
      }
      return []
  }
}

/** Bounds of numbers that leave nothing between them. */
function rangeFindings(operators: Operators, path: CatalogPath): CatalogFinding[] {
  const bound = (name: string): number | undefined =>
    typeof operators[name] === 'number' ? operators[name] : undefined
  const [above, atLeast, below, atMost] = [bound('$gt'), bound('$gte'), bound('$lt'), bound('$lte')]
  const least = Math.max(above ?? -Infinity, atLeast ?? -Infinity)
  const most = Math.min(below ?? Infinity, atMost ?? Infinity)
  const isOpen = least === above || most === below
  return least > most || (least === most && isOpen) ? flawAt(path, `no number is between ${least} and ${most}`) : []
}

function comparisonFindings(subject: Subject, operand: unknown, path: CatalogPath): CatalogFinding[] {
  if (!isOperators(operand)) return flawAt(path, valueFlaw(subject, operand, '$eq'))
  const operators = Object.entries(operand)
  if (operators.length === 0)
    return [{ path, message: 'expected a value or an operator: an empty condition holds for everybody', isKey: true }]
  return [
    ...operators.flatMap(([operator, value]) => operatorFindings(subject, operator, value, [...path, operator])),
    ...rangeFindings(operand, path),
  ]
}

function conditionFindings(
  condition: unknown,
  path: CatalogPath,
  subjectOf: (name: string) => Subject,
): CatalogFinding[] {
  if (!isObject(condition)) return []
  const parts = Object.entries(condition)
  if (parts.length === 0) return [{ path, message: EMPTY, isKey: true }]
  return parts.flatMap(([key, part]): CatalogFinding[] => {
    const at = [...path, key]
    if (key === '$audience' || isTvCondition(key)) return []
    if (key === '$did') {
      const where = isObject(part) ? part['where'] : undefined
      return conditionFindings(where, [...at, 'where'], (name) => ({ ...subjectOf(name), name, values: ANY }))
    }
    if (key === '$not') return conditionFindings(part, at, subjectOf)
    if (!JOINTS.test(key)) return comparisonFindings(subjectOf(key), part, at)
    if (!Array.isArray(part)) return []
    if (part.length === 0) return [{ path: at, message: EMPTY, isKey: true }]
    return part.flatMap((one, index) => conditionFindings(one, [...at, index], subjectOf))
  })
}

/**
 * Conditions that say nothing or can never hold. The engine takes both as GrowthBook does (an empty `$or` is true, types are
 * never converted); an author who writes one has meant something else.
 */
export function conditionProblems({ audiences = {}, features = {}, groups = {} }: CatalogFile): CatalogFinding[] {
  const ofAudiences = Object.entries(audiences).flatMap(([name, condition]) =>
    conditionFindings(condition, ['audiences', name], (attribute) => ({
      name: attribute,
      values: valuesOf(attribute, features),
      groups,
    })),
  )
  const ofFeatures = Object.entries(features).flatMap(([name, { where }]) =>
    conditionFindings(where, ['features', name, 'where'], (property) => ({ name: property, values: ANY, groups })),
  )
  const found = [...ofFeatures, ...ofAudiences]
  // A group that several conditions name is wrong once.
  const once = new Map(found.map((finding) => [JSON.stringify(finding), finding]))
  return [...once.values()]
}
