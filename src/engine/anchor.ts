import type { Json } from '../protocol/index.ts'
import { isSingle, parseAttribute } from './attribute.ts'
import type { Condition } from './condition.ts'

/** By attribute: the texts of which it must have one for a condition to hold. */
export type Anchors = ReadonlyMap<string, readonly string[]>

function textsOf(operand: Json): readonly string[] | undefined {
  if (typeof operand === 'string') return [operand]
  if (typeof operand !== 'object' || operand === null || Array.isArray(operand)) return undefined
  const { $eq, $in } = operand
  if (typeof $eq === 'string') return [$eq]
  return Array.isArray($in) && $in.every((text) => typeof text === 'string') ? $in : undefined
}

/**
 * Finds what must be the case for an audience to hold and can be looked up: by it experiences are found instead of tried.
 * Each audience is looked at once, though others name it twice, and theirs again: that would double with each.
 * @param audiences those that compile
 */
export function createAnchors(audiences: { [name: string]: Condition }): (audience: string) => Anchors {
  const known = new Map<string, Anchors>()

  function anchorOf(name: string, operand: Json): Iterable<[string, readonly string[]]> {
    if (name === '$audience') return ofAudience(operand as string)
    if (name === '$and') return (operand as Condition[]).flatMap((part) => [...ofCondition(part)])
    const attribute = parseAttribute(name)
    const texts = attribute && isSingle(attribute) ? textsOf(operand) : undefined
    return texts ? [[name, texts]] : []
  }

  function ofCondition(condition: Condition): Anchors {
    return new Map(Object.entries(condition).flatMap(([name, operand]) => [...anchorOf(name, operand)]))
  }

  function ofAudience(name: string): Anchors {
    const anchors = known.get(name) ?? ofCondition(audiences[name] as Condition)
    known.set(name, anchors)
    return anchors
  }

  return ofAudience
}
