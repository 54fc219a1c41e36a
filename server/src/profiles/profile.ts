import type { VisitorFacts } from 'prepaint/engine'
import type { JsonObject } from 'prepaint/protocol'
import type { RowFeatures } from './features/row-features.ts'
import type { LogPlace } from './log-place.ts'

/** The proof that a visitor is a user of the brand, whose profile may be read as long as it holds. */
export interface Link {
  /** The brand's own id of this person. */
  userId: string
  /** First instant at which it no longer holds, in ms since 1970. */
  untilMs: number
  /** Times of signing and of opening, in ms since 1970; the first is 0 if the link does not say it. */
  signedMs: number
  openedMs: number
  /** Place of its record in the log. */
  at: LogPlace
  /** Id of the visitor whose history this one has taken over by opening it. */
  from?: string
}

/** A visitor who has proved to be the user: what this browser does counts in the user's features while the link holds. */
export interface Device {
  /** Id of the visitor. */
  id: string
  /** Time of opening, in ms since 1970. */
  openedMs: number
  /** First instant at which the link no longer holds, in ms since 1970. */
  untilMs: number
  /** Id of the visitor whose history it has taken over. */
  from?: string
}

/** That all that was known of a user has been erased: links of before have ended with it. */
export interface Erasure {
  /** Time of the request, in ms since 1970. */
  atMs: number
  at: LogPlace
}

/** An event as the profile remembers it. */
export interface RecentEvent {
  /** The tracked name; `pp:page` and `pp:identify` for the other types. */
  name: string
  /** Time of the event by the service's clock, in ms since 1970. */
  atMs: number
}

/** Facts from one kind of sender that decisions may read. */
export interface PartFacts {
  /** Traits set by `identify`, and by `group` as the trait `group`; at most 4 KB as JSON. */
  traits: JsonObject
  /** The brand's own id of this person, as the sender of the events said; absent until `identify` or `alias` names one. */
  userId?: string
  /** Number of times that each tracked event was seen, by name; at most 100 names, and 4 KB of them. */
  events: { [name: string]: number }
  pageViews: number
  /** The first variant met, by experience; of the latest 50 experiences. */
  assignments: Required<VisitorFacts>['assignments']
  /** Showings of each experience; of the 50 shown last. */
  shown: Required<VisitorFacts>['shown']
}

/** State that folding needs to go on. */
export interface PartMemory {
  /** The last 50 events in the order of the log, oldest first; fewer when their names are long. */
  recent: RecentEvent[]
  /** Hashes of the last 500 message ids, 6 bytes each, oldest first: no message of these is folded again. */
  seen: Uint8Array
}

/**
 * Profile of one visitor of one site: facts that anybody may send and, apart from them, those that the brand's servers
 * have sent.
 */
export interface Profile extends PartFacts, PartMemory {
  /** Facts sent with the server key; they have room and message ids of their own. */
  server?: PartFacts
  serverMemory?: PartMemory
  /** The last link that was opened: this user's profile is read beside this one while it holds. */
  link?: Link
  /** Time of the last `pp:unlinked`, in ms since 1970: links that were opened before have ended, also those of which the log tells later. */
  unlinkedMs?: number
  /** Of a user: the visitors who have opened a link, newest last; at most 16. */
  devices?: Device[]
  /** Of a user who was erased. */
  erased?: Erasure
  /** Place of the first record that was folded into it. Absent if nobody knows it: it may lack events of any time. */
  began?: LogPlace
  /** It began anew where damaged bytes were: events of any time are missing, and no feature is known. */
  isIncomplete?: true
  /** States of the site's features, of events of both kinds of senders; absent while there are none. */
  features?: RowFeatures
  /** Times of the first and the last event, in ms since 1970. */
  firstSeenMs: number
  lastSeenMs: number
}

/** The facts that decisions may read; the rest is state of folding. */
export type ProfileFacts = Omit<Profile, 'recent' | 'seen' | 'serverMemory' | 'firstSeenMs' | 'lastSeenMs'>

/** Facts as they are read, with the messages that are in them. */
export interface ReadFacts extends ProfileFacts {
  seen?: Uint8Array
}

/** Nothing is known yet. */
export function newFacts(): PartFacts {
  return { traits: {}, events: {}, pageViews: 0, assignments: {}, shown: {} }
}

/** Nothing has been folded yet. */
export function newMemory(): PartMemory {
  return { recent: [], seen: new Uint8Array() }
}

/** A profile of whom nothing is known but an instant, and the place of its first record. */
export function newProfile(atMs: number, began?: LogPlace): Profile {
  return {
    ...newFacts(),
    ...newMemory(),
    firstSeenMs: atMs,
    lastSeenMs: atMs,
    ...(began === undefined ? {} : { began }),
  }
}
