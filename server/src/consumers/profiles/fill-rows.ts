import type { FeatureStates } from 'prepaint/engine'
import type { Definitions, FeatureInForce, SiteDefinitions } from '../../profiles/features/definitions.ts'
import { rowFeatures, statesInForce } from '../../profiles/features/row-features.ts'
import type { SiteFeatures } from '../../profiles/features/site-features.ts'
import { FIRST_PLACE, isBefore, type LogPlace } from '../../profiles/log-place.ts'
import type { Profile } from '../../profiles/profile.ts'
import { advance } from '../../stores/position.ts'
import type { ProfileStore, ProfileWrite } from '../../stores/store.ts'

/** Features of a site that lack the events before their place. */
export interface Lacking {
  site: string
  place: LogPlace
}

/** True of a feature that was declared at that place. */
function isDeclaredAt({ since }: FeatureInForce, place: LogPlace): boolean {
  return since.epoch === place.epoch && since.offset === place.offset
}

/** Returns the definitions of the site, if features of that place are in force still. */
export function declaredAt(definitions: Definitions, { site, place }: Lacking): SiteDefinitions | undefined {
  const found = definitions.get(site)
  return found?.features.some((feature) => isDeclaredAt(feature, place)) ? found : undefined
}

/** Returns the definitions of a site after its features of that place were filled. */
export function withFilled({ features, at, writtenUs }: SiteDefinitions, place: LogPlace): SiteDefinitions {
  const filled = features.map((feature) =>
    isDeclaredAt(feature, place) ? { ...feature, isFilled: true as const } : feature,
  )
  return { features: filled, at, writtenUs: writtenUs + 1 }
}

/** States of a visitor's features from the events before a place. */
export interface FilledRow {
  visitorId: string
  states: FeatureStates
}

/** Returns a later one of two places. */
function later(one: LogPlace | undefined, other: LogPlace): LogPlace {
  return one === undefined || isBefore(one, other) ? other : one
}

/** The profile with the states of events before the place; undefined if it knows them, or began after them. */
function filled(profile: Profile, states: FeatureStates, place: LogPlace, site: SiteFeatures): Profile | undefined {
  const { features, began = FIRST_PLACE } = profile
  if (!isBefore(began, place) || (features?.filled && !isBefore(features.filled, place))) return undefined
  const merged = site.merge(statesInForce(features, site), states)
  const after = rowFeatures(merged, later(features?.at, place), place)
  return after && { ...profile, features: after }
}

/**
 * Makes the writes that bring back-filled states into the rows of a site. A visitor who has no row any more was erased, or is gone; and one row
 * takes them once, however often it is tried.
 */
export async function fillRows(
  store: Pick<ProfileStore, 'base'>,
  { site, place }: Lacking,
  rows: readonly FilledRow[],
  features: SiteFeatures,
): Promise<ProfileWrite[]> {
  const writes = await Promise.all(
    rows.map(async ({ visitorId, states }): Promise<ProfileWrite[]> => {
      const base = await store.base(site, visitorId)
      const profile = base?.profile && filled(base.profile, states, place, features)
      if (!profile) return []
      // Of the same events as before, written later.
      const { epoch, offset: nextOffset } = base.position ?? place
      const position = advance(base.position, { epoch, nextOffset, appendedMs: 0 })
      return [{ site, visitorId, profile, position }]
    }),
  )
  return writes.flat()
}
