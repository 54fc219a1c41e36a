import { boundedFacts } from './bounded.ts'
import { joinedFacts } from './linked.ts'
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

/** The profile with what was known of the same person by another id. It stays within the bounds that folding keeps. */
export function inherit(profile: Profile, { server, ...facts }: ProfileFacts): Profile {
  const own = profile.server
  const joined = server && own ? inheritPart(own, server) : (own ?? server)
  return { ...profile, ...inheritPart(profile, facts), ...(joined ? { server: joined } : {}) }
}
