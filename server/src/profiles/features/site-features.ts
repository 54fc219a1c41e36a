import { type CompiledFeatures, compileFeatures, type FeatureOptions } from 'prepaint/engine'
import { isBefore, type LogPlace } from '../log-place.ts'
import type { FeatureInForce, SiteDefinitions } from './definitions.ts'

/** Places of a site's features. */
export interface InForce {
  /** Place of the last change. */
  at: LogPlace
  /** By the ids of the features. */
  since: ReadonlyMap<string, LogPlace>
}

/** Features of a site, ready to take events. */
export interface SiteFeatures extends InForce, Pick<CompiledFeatures, 'merge'> {
  /** Returns the features into which an event at that place is folded. */
  before(at: LogPlace): Pick<CompiledFeatures, 'fold'>
}

/** Returns the places of the features in force. */
export function placesOf({ at, features }: SiteDefinitions): InForce {
  return { at, since: new Map(features.map(({ id, since }) => [id, since])) }
}

function newest(features: readonly FeatureInForce[]): LogPlace | undefined {
  return features
    .map(({ since }) => since)
    .reduce<LogPlace | undefined>((one, other) => (one && !isBefore(one, other) ? one : other), undefined)
}

/**
 * Compiles the definitions in force on a site.
 * @throws ConditionError for a `where` that cannot be compiled
 */
export function compileSite(definitions: SiteDefinitions, options: FeatureOptions = {}): SiteFeatures {
  const { features } = definitions
  const all = compileFeatures(features, options)
  const last = newest(features)
  return {
    ...placesOf(definitions),
    merge: all.merge,
    before(at) {
      if (!last || isBefore(last, at)) return all
      // Only where a store has forgotten what was folded: the definitions are newer than the event then.
      return compileFeatures(
        features.filter(({ since }) => isBefore(since, at)),
        options,
      )
    },
  }
}
