import type { VisitorFacts } from 'prepaint/engine'
import type { JsonObject } from 'prepaint/protocol'

/** An event as the profile remembers it. */
export interface RecentEvent {
  /** The tracked name; `pp:page` and `pp:identify` for the other types. */
  name: string
  /** When it happened by the service's clock, in ms since 1970. */
  atMs: number
}

/** What the service knows of one visitor of one site. */
export interface Profile {
  /** What the brand said by `identify`, and by `group` as the trait `group`; at most 4 KB as JSON. */
  traits: JsonObject
  /** The brand's own id of this person, as the sender of the events said; absent until `identify` or `alias` names one. */
  userId?: string
  /** The brand's own id of this person, proved by a signed link: this user's profile is read beside this one. */
  linkedUserId?: string
  /** How often each tracked event was seen, by name; at most 100 names. */
  events: { [name: string]: number }
  pageViews: number
  /** The first variant met, by experience; of the latest 50 experiences. */
  assignments: Required<VisitorFacts>['assignments']
  /** When each experience was shown; of the 50 shown last. */
  shown: Required<VisitorFacts>['shown']
  /** The last 50 events in the order of the log, oldest first. */
  recent: RecentEvent[]
  /** Hashes of the last 500 message ids, 6 bytes each, oldest first: no message of these is folded again. */
  seen: Uint8Array
  /** When the first and the last event happened, in ms since 1970. */
  firstSeenMs: number
  lastSeenMs: number
}

/** What decisions may ask for; the rest is what folding needs to go on. */
export type ProfileFacts = Omit<Profile, 'recent' | 'seen' | 'firstSeenMs' | 'lastSeenMs'>

/** The part of a profile that conditions may ask for; a visitor without a profile has done nothing yet. */
export function visitorFacts(profile: ProfileFacts | undefined): Required<VisitorFacts> {
  if (!profile) return { traits: {}, events: {}, pageViews: 0, assignments: {}, shown: {} }
  const { traits, events, pageViews, assignments, shown } = profile
  return { traits, events, pageViews, assignments, shown }
}
