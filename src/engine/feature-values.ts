import type { Json } from '../protocol/index.ts'
import type { PlacedFeature } from './attribute-table.ts'
import type { CompiledCatalog } from './compiled.ts'
import type { DecideContext } from './context.ts'
import { isFeature, stateOf } from './feature-attribute.ts'
import { kindOf } from './features/kinds.ts'

/** A feature of somebody, at an instant. */
export interface FeatureValue extends PlacedFeature {
  /** False if nobody knows its state: events of before are not in it yet. */
  isKnown: boolean
  /** The value that conditions compare; absent if there is none, or if it is not known. */
  value?: Json
  /**
   * The first instant at which time alone may change it, in ms since 1970; absent for never. The seconds since an event change all the time:
   * of them it is when they pass a number that a condition compares them with.
   */
  changesAtMs?: number
}

/**
 * Reads the features that a catalog declares or writes in place, of somebody.
 * @example
 * ```ts
 * for (const { path, value } of featureValues(compiled, { visitor, nowMs: Date.now() })) console.log(path, value)
 * ```
 */
export function featureValues(
  { features, attributes }: CompiledCatalog,
  { visitor, nowMs }: Pick<DecideContext, 'visitor' | 'nowMs'>,
): FeatureValue[] {
  const boundsOf = new Map(
    attributes.filter(isFeature).map(({ feature, bounds }) => [feature.id, bounds.sorted()] as const),
  )
  return features.map((placed) => {
    const { id, definition } = placed.feature
    const kind = kindOf(definition.kind)
    const state = kind ? stateOf(visitor, id, kind) : null
    if (!kind || state === null) return { ...placed, isKnown: false }
    const value = kind.value(definition, state, nowMs)
    const changesAtMs = kind.changesAtMs(definition, state, nowMs, boundsOf.get(id) ?? [])
    return {
      ...placed,
      isKnown: true,
      ...(value === undefined ? {} : { value }),
      ...(changesAtMs === undefined ? {} : { changesAtMs }),
    }
  })
}
