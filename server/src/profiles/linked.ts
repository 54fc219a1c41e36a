import type { FeatureStates, VisitorFacts } from 'prepaint/engine'
import { type KnownFeatures, NO_FEATURES } from './features/known.ts'
import type { ProfileFacts } from './profile.ts'

/** Times that a frequency cap may count. */
const MAX_TIMES = 10

type Facts = Required<Omit<VisitorFacts, 'features'>>

/** Everything that conditions may ask for. */
type AllFacts = Facts & { features: FeatureStates }

function added(one: Facts['events'], other: Facts['events']): Facts['events'] {
  const sum = new Map(Object.entries(one))
  for (const [name, count] of Object.entries(other)) sum.set(name, (sum.get(name) ?? 0) + count)
  return Object.fromEntries(sum)
}

function joined(one: Facts['shown'], other: Facts['shown']): Facts['shown'] {
  const all = new Map(Object.entries(one))
  for (const [experience, { count, recentMs }] of Object.entries(other)) {
    const known = all.get(experience) ?? { count: 0, recentMs: [] }
    const times = [...known.recentMs, ...recentMs].sort((a, b) => a - b).slice(-MAX_TIMES)
    all.set(experience, { count: known.count + count, recentMs: times })
  }
  return Object.fromEntries(all)
}

/**
 * Joins two profiles, or two parts of one: counts are added up, elsewhere the second one's traits and the first one's
 * variants win.
 */
export function joinedFacts(one: Facts, other: Facts): Facts {
  return {
    traits: { ...one.traits, ...other.traits },
    events: added(one.events, other.events),
    pageViews: one.pageViews + other.pageViews,
    assignments: { ...other.assignments, ...one.assignments },
    shown: joined(one.shown, other.shown),
  }
}

/** Puts the facts from the brand's servers above those that anybody may send; also a trait that they have removed. */
function withServer(anybody: Facts, server: Facts | undefined): Facts {
  if (!server) return anybody
  const { traits, ...facts } = joinedFacts(anybody, server)
  return {
    ...facts,
    traits: Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== null)),
    assignments: { ...anybody.assignments, ...server.assignments },
  }
}

const NOTHING: Facts = { traits: {}, events: {}, pageViews: 0, assignments: {}, shown: {} }

function partFacts({ traits, events, pageViews, assignments, shown }: Facts): Facts {
  return { traits, events, pageViews, assignments, shown }
}

/** The part of a profile that conditions may ask for; a visitor without a profile has done nothing yet. */
export function visitorFacts(profile: ProfileFacts | undefined, features: KnownFeatures = NO_FEATURES): AllFacts {
  const facts = profile ? withServer(partFacts(profile), profile.server) : NOTHING
  return { ...facts, features: features.of(profile) }
}

/**
 * Joins the profiles of a visitor and of the known user: counts are added up. Of other facts the user's traits win, and
 * the visitor's variants, since this browser showed them; facts from the brand's servers win over all. A feature is known if it is of both.
 */
export function linkedFacts(
  visitor: ProfileFacts | undefined,
  user: ProfileFacts | undefined,
  features: KnownFeatures = NO_FEATURES,
): AllFacts {
  if (!visitor || !user) return visitorFacts(visitor ?? user, features)
  const servers = [visitor.server, user.server].filter((part) => part !== undefined)
  const facts = withServer(
    joinedFacts(partFacts(visitor), partFacts(user)),
    servers.length > 0 ? servers.reduce(joinedFacts) : undefined,
  )
  return { ...facts, features: features.merge(features.of(visitor), features.of(user)) }
}
