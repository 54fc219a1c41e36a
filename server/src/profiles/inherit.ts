import { boundedFacts } from './bounded.ts'
import { joinFeatures, replaceFeatures } from './features/row-features.ts'
import type { SiteFeatures } from './features/site-features.ts'
import { joinedFacts } from './linked.ts'
import { isBefore, type LogPlace } from './log-place.ts'
import type { PartFacts, Profile, ProfileFacts } from './profile.ts'
import { mergeTraits } from './traits.ts'

/** As many as folding keeps of each. */
const MAX_COUNTED_NAMES = 100
const MAX_EXPERIENCES = 50

function first<Value>(map: { [key: string]: Value }, count: number): { [key: string]: Value } {
  return Object.fromEntries(Object.entries(map).slice(0, count))
}

function inheritPart(own: PartFacts, from: PartFacts): PartFacts {
  const { events, pageViews, assignments, shown } = joinedFacts(own, from)
  return boundedFacts({
    traits: mergeTraits(mergeTraits({}, from.traits, true), own.traits, true),
    events: first(events, MAX_COUNTED_NAMES),
    pageViews,
    assignments: first(assignments, MAX_EXPERIENCES),
    shown: first(shown, MAX_EXPERIENCES),
  })
}

/** It knows no more than what it comes from. */
function beginning({ began, ...profile }: Profile, from: LogPlace | undefined): Profile {
  if (!began || !from) return profile
  return { ...profile, began: isBefore(from, began) ? from : began }
}

/**
 * The profile with what was known of the same person by another id. It stays within the bounds that folding keeps.
 * @param at place of the record that says so
 * @param site features; absent if none has ever been declared
 */
export function inherit(profile: Profile, facts: ProfileFacts, at: LogPlace, site: SiteFeatures | undefined): Profile {
  const { server, began, features, isIncomplete, ...from } = facts
  const own = profile.server
  const joined = server && own ? inheritPart(own, server) : (own ?? server)
  const all = {
    ...beginning(profile, began),
    ...inheritPart(profile, from),
    ...(joined ? { server: joined } : {}),
    ...(isIncomplete ? { isIncomplete } : {}),
  }
  return site ? replaceFeatures(all, joinFeatures(profile.features, features, at, site)) : all
}
