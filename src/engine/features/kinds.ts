import type { Json } from '../../protocol/index.ts'
import { count } from './count.ts'
import type { FeatureDefinition } from './definition.ts'
import { distinct } from './distinct.ts'
import { ever } from './ever.ts'
import { first } from './first.ts'
import type { Kind } from './kind.ts'
import { last } from './last.ts'
import { session } from './session.ts'
import { since } from './since.ts'
import { sum } from './sum.ts'
import { top } from './top.ts'

/** Name of a kind. */
export type KindName = FeatureDefinition['kind']

/** The kinds by their names. */
const kinds = { count, sum, since, first, last, distinct, top, ever, session } satisfies {
  [Name in KindName]: unknown
}

/** A kind whose definitions and states are not told apart by types: a state belongs to the definition of its id. */
export type AnyKind = Kind<FeatureDefinition, Json>

/** All of them, for tools and references. */
export const KIND_NAMES = Object.keys(kinds) as readonly KindName[]

/**
 * Finds a kind by its name; undefined for one of a later version.
 * @example
 * ```ts
 * kindOf('count')?.maxBytes({ kind: 'count', event: 'Product Viewed', withinMs: 86_400_000 }) // 582
 * ```
 */
export function kindOf(name: string): AnyKind | undefined {
  return Object.hasOwn(kinds, name) ? (kinds[name as KindName] as unknown as AnyKind) : undefined
}
