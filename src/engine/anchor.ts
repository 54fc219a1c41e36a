import type { Json } from '../protocol/index.ts'
import { parseAttribute } from './attribute.ts'
import type { Condition } from './condition.ts'

/** By attribute: the texts of which it must have one for a condition to hold. */
export type Anchors = ReadonlyMap<string, readonly string[]>

/** Sources whose values are single texts. A trait may be a list, which `$in` takes item by item. */
const SINGLE: readonly string[] = ['page', 'geo', 'time', 'user']

function textsOf(operand: Json): string[] | undefined {
  if (typeof operand === 'string') return [operand]
  if (typeof operand !== 'object' || operand === null || Array.isArray(operand)) return undefined
  const { $eq, $in } = operand
  if (typeof $eq === 'string') return [$eq]
  return Array.isArray($in) && $in.every((text) => typeof text === 'string') ? $in : undefined
}

function anchorOf(name: string, operand: Json, audiences: { [name: string]: Condition }): [string, readonly string[]][] {
  if (name === '$audience') return [...anchorsOf(audiences[operand as string] as Condition, audiences)]
  if (name === '$and') return (operand as Condition[]).flatMap((part) => [...anchorsOf(part, audiences)])
  const texts = SINGLE.includes(parseAttribute(name)?.source ?? '') ? textsOf(operand) : undefined
  return texts ? [[name, texts]] : []
}

/**
 * What must be the case for a condition to hold and can be looked up: by it experiences are found instead of tried.
 * @param condition one that compiles, and so do the audiences that it names
 */
export function anchorsOf(condition: Condition, audiences: { [name: string]: Condition }): Anchors {
  return new Map(Object.entries(condition).flatMap(([name, operand]) => anchorOf(name, operand, audiences)))
}
