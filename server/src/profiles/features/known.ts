import { type CompiledFeatures, compileFeatures, type Feature, type FeatureStates } from 'prepaint/engine'
import { FIRST_PLACE, isBefore, type LogPlace } from '../log-place.ts'
import type { ProfileFacts } from '../profile.ts'
import type { FeatureInForce, SiteDefinitions } from './definitions.ts'
import { type RowFeatures, statesInForce } from './row-features.ts'
import { placesOf } from './site-features.ts'

/** Features that a site's decisions ask for, as far as they are known. */
export interface KnownFeatures extends Pick<CompiledFeatures, 'merge'> {
  /** Returns the states of a profile; null for those that are not known. Nobody changes what is returned. */
  of(profile: Pick<ProfileFacts, 'features' | 'began' | 'isIncomplete'> | undefined): FeatureStates
  /** States of a profile that cannot be read now: none is known. */
  unknown: FeatureStates
}

const NO_STATES: FeatureStates = Object.freeze({})

/** Knows no feature. */
export const NO_FEATURES: KnownFeatures = {
  of: () => NO_STATES,
  merge: (a, b) => ({ ...b, ...a }),
  unknown: NO_STATES,
}

function unknown(features: readonly Feature[]): FeatureStates {
  return Object.fromEntries(features.map(({ id }) => [id, null]))
}

/** Of joining `where` is no part, and its patterns need not be compiled. */
function withoutWhere({ id, definition }: Feature): Feature {
  const bare = { ...definition }
  delete bare.where
  return { id, definition: bare }
}

/** True if the row lacks events that are older than the feature. */
function lacks(began: LogPlace, kept: RowFeatures | undefined, { since }: FeatureInForce): boolean {
  return isBefore(began, since) && !(kept?.filled && !isBefore(kept.filled, since))
}

/**
 * Makes the reader of features for decisions of one catalog.
 * @param declared features of the catalog
 * @param inForce definitions of the site; absent if none was ever declared, or nobody has read them yet
 */
export function createKnownFeatures(declared: readonly Feature[], inForce: SiteDefinitions | undefined): KnownFeatures {
  if (declared.length === 0) return NO_FEATURES
  const ids = new Set(declared.map(({ id }) => id))
  const placed = inForce?.features.filter(({ id }) => ids.has(id)) ?? []
  const placedIds = new Set(placed.map(({ id }) => id))
  const missing = unknown(declared.filter(({ id }) => !placedIds.has(id)))
  const areAllInForce = placed.length === ids.size
  const incomplete = placed.filter(({ isFilled }) => isFilled !== true)
  const places = placesOf(inForce ?? { features: [], at: FIRST_PLACE, writtenUs: 0 })
  const nothingKnown = Object.freeze(unknown(declared))
  const { merge } = compileFeatures(declared.map(withoutWhere))

  return {
    merge,
    unknown: nothingKnown,
    of(profile) {
      if (!profile) return missing
      const { features, began = FIRST_PLACE, isIncomplete } = profile
      if (isIncomplete) return nothingKnown
      const states = statesInForce(features, places)
      const lacking = incomplete.filter((feature) => lacks(began, features, feature))
      if (areAllInForce && lacking.length === 0) return states
      return { ...states, ...missing, ...unknown(lacking) }
    },
  }
}
