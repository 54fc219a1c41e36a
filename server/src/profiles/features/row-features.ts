import type { CompiledFeatures, FeatureEvent, FeatureStates } from 'prepaint/engine'
import { isBefore, type LogPlace } from '../log-place.ts'
import type { InForce, SiteFeatures } from './site-features.ts'

/** Features in the row of a profile. */
export interface RowFeatures {
  states: FeatureStates
  /** Place of the last record that was folded into the row: states of features that are in force since later belong to an earlier declaration. */
  at: LogPlace
  /** The row has all events that the log knows in its features whose place is not behind this one. */
  filled?: LogPlace
}

const NO_STATES: FeatureStates = Object.freeze({})

/** Returns the features of a row; undefined if there is nothing to be kept. */
export function rowFeatures(
  states: FeatureStates,
  at: LogPlace,
  filled: LogPlace | undefined,
): RowFeatures | undefined {
  if (filled !== undefined) return { states, at, filled }
  for (const _id in states) return { states, at }
  return undefined
}

/** Returns the states of a row that count still: of features in force, and since before the row was folded last. */
export function statesInForce(kept: RowFeatures | undefined, { at, since }: InForce): FeatureStates {
  if (!kept) return NO_STATES
  if (!isBefore(kept.at, at)) return kept.states
  const counts = ([id]: [string, unknown]): boolean => {
    const place = since.get(id)
    return place !== undefined && !isBefore(kept.at, place)
  }
  return Object.fromEntries(Object.entries(kept.states).filter(counts))
}

/** Returns what has features with other ones. */
export function replaceFeatures<Facts extends { features?: RowFeatures }>(
  facts: Facts,
  features: RowFeatures | undefined,
): Facts {
  if (features === facts.features) return facts
  if (features) return { ...facts, features }
  const rest = { ...facts }
  delete rest.features
  return rest
}

/** Sets the features of what nobody else has. */
export function setFeatures(facts: { features?: RowFeatures }, features: RowFeatures | undefined): void {
  if (features) facts.features = features
  else delete facts.features
}

/** Folds an event into the features of a row. */
export function foldFeatures(
  kept: RowFeatures | undefined,
  event: FeatureEvent,
  at: LogPlace,
  site: SiteFeatures,
): RowFeatures | undefined {
  const states = site.before(at).fold(statesInForce(kept, site), event)
  return rowFeatures(states, at, kept?.filled)
}

/** Joins the features of a row with those that were known of the same person by another id. */
export function joinFeatures(
  own: RowFeatures | undefined,
  from: RowFeatures | undefined,
  at: LogPlace,
  site: InForce & Pick<CompiledFeatures, 'merge'>,
): RowFeatures | undefined {
  if (!from) return own
  return rowFeatures(site.merge(statesInForce(own, site), statesInForce(from, site)), at, from.filled)
}
