import type { Event } from 'prepaint/protocol'
import { foldAssignment } from './assignment.ts'
import { countBytes, firstWithin, lastWithin, MAX_EVENTS_BYTES, MAX_RECENT_BYTES, recentBytes } from './bounds.ts'
import { foldFeatures, replaceFeatures } from './features/row-features.ts'
import type { SiteFeatures } from './features/site-features.ts'
import { foldUnlinked } from './link.ts'
import type { LogPlace } from './log-place.ts'
import { newPart, newProfile, type PartFacts, type PartMemory, type Profile, type RecentEvent } from './profile.ts'
import { hashOf, hasSeen, withSeen } from './seen.ts'
import { mergeTraits } from './traits.ts'

/** The part of an event record that {@link fold} needs. */
export interface FoldedEvent {
  /** Time of the event by the service's clock, in ms since 1970. */
  atMs: number
  event: Event
  /** True when it came with the site's server key. */
  isFromServer?: boolean
  /** True for an event of the past that the brand has brought along. */
  imported?: true
  /** Time at which it was taken in, in ms since 1970. */
  receivedMs?: number
  /** Place of the record in the log. Absent: no feature is folded, and a profile that begins with it does not know where it began. */
  at?: LogPlace
  /** Those of the site; absent if none has ever been declared. */
  features?: SiteFeatures | undefined
}

/** Events remembered with name and time. */
const MAX_RECENT = 50

/** Event names counted; a name beyond them is remembered among the recent events only. */
const MAX_COUNTED_NAMES = 100

/** By this event a visitor ends the link that was opened before. */
const UNLINKED = 'pp:unlinked'

type Part = PartFacts & PartMemory

function hasRoom(names: readonly string[], name: string): boolean {
  const all = [...names, name]
  return all.length <= MAX_COUNTED_NAMES && firstWithin(all, MAX_EVENTS_BYTES, countBytes).length === all.length
}

function count(events: Part['events'], name: string): Part['events'] {
  const known = Object.hasOwn(events, name) ? (events[name] as number) : 0
  if (known === 0 && !hasRoom(Object.keys(events), name)) return events
  return { ...events, [name]: known + 1 }
}

type Change<OneEvent> = (part: Part, event: OneEvent, happening: FoldedEvent) => Partial<Part>

/** Changes of a part by each type of event. */
const changes: { [Type in Event['type']]: Change<Extract<Event, { type: Type }>> } = {
  track: (part, event, { atMs }) => ({
    events: count(part.events, event.event),
    ...foldAssignment(part, event, atMs),
  }),
  page: (part) => ({ pageViews: part.pageViews + 1 }),
  identify: (part, { traits, userId }, { isFromServer }) => ({
    ...(traits === undefined ? {} : { traits: mergeTraits(part.traits, traits, isFromServer) }),
    ...(userId === undefined ? {} : { userId }),
  }),
  group: (part, { groupId, traits }, { isFromServer }) => ({
    traits: mergeTraits(part.traits, { group: { ...traits, id: groupId } }, isFromServer),
  }),
  alias: (_part, { userId }) => ({ userId }),
}

function change(part: Part, happening: FoldedEvent): Partial<Part> {
  const { event } = happening
  return (changes[event.type] as Change<Event>)(part, event, happening)
}

function nameOf(event: Event): string {
  return event.type === 'track' ? event.event : `pp:${event.type}`
}

function remember(recent: RecentEvent[], { event, atMs }: FoldedEvent): RecentEvent[] {
  return lastWithin([...recent.slice(1 - MAX_RECENT), { name: nameOf(event), atMs }], MAX_RECENT_BYTES, recentBytes)
}

/** The part after one more event; undefined when it has that message in it already. */
function foldPart(part: Part, happening: FoldedEvent, hash: Uint8Array): Part | undefined {
  if (hasSeen(part.seen, hash)) return undefined
  return {
    ...part,
    ...change(part, happening),
    recent: remember(part.recent, happening),
    seen: withSeen(part.seen, hash),
  }
}

/** The profile with the event in its features. Both parts feed the same ones. */
function withFeatures(profile: Profile, happening: FoldedEvent, hash: Uint8Array): Profile {
  const { event, atMs, at, features: site, isFromServer = false } = happening
  if (!at || !site) return profile
  const properties = event.type === 'track' || event.type === 'page' ? (event.properties ?? {}) : {}
  const seen = { name: nameOf(event), atMs, hash: Buffer.from(hash).toString('hex'), properties, isFromServer }
  return replaceFeatures(profile, foldFeatures(profile.features, seen, at, site))
}

/** The profile after one more event. Pure and bounded: the same log gives the same bytes, on any machine. */
export function fold(profile: Profile | undefined, happening: FoldedEvent): Profile {
  const { atMs, event, isFromServer = false, imported = false, receivedMs = atMs, at } = happening
  const before = profile ?? newProfile(atMs, at)
  const hash = hashOf(event.messageId)
  const part = isFromServer ? { ...newPart(), ...before.server, ...before.serverMemory } : before
  const folded = foldPart(part, happening, hash)
  if (!folded) return before
  const { recent, seen, ...server } = folded
  const counted = {
    ...before,
    ...(isFromServer ? { server, serverMemory: { recent, seen } } : folded),
    firstSeenMs: Math.min(before.firstSeenMs, atMs),
    // A profile ends when nothing was heard for long. What happened years ago is heard of now, or each event would end the one before.
    lastSeenMs: Math.max(before.lastSeenMs, imported ? receivedMs : atMs),
  }
  const after = withFeatures(counted, happening, hash)
  return event.type === 'track' && event.event === UNLINKED ? foldUnlinked(after, atMs) : after
}
