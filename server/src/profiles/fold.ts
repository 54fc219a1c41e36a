import type { Event } from 'prepaint/protocol'
import { foldExposure } from './exposure.ts'
import type { Profile, RecentEvent } from './profile.ts'
import { hashOf, hasSeen, withSeen } from './seen.ts'
import { mergeTraits } from './traits.ts'

/** What {@link fold} needs of an event record. */
export interface Happening {
  /** When it happened by the service's clock, in ms since 1970. */
  atMs: number
  event: Event
  /** True for an `identify` that a signed link has proved. */
  isLinked?: boolean
}

/** Events remembered with name and time. */
const MAX_RECENT = 50

/** Event names counted; a name beyond them is remembered among the recent events only. */
const MAX_COUNTED_NAMES = 100

function count(events: Profile['events'], name: string): Profile['events'] {
  const known = Object.hasOwn(events, name) ? (events[name] as number) : 0
  if (known === 0 && Object.keys(events).length >= MAX_COUNTED_NAMES) return events
  return { ...events, [name]: known + 1 }
}

type Change<OneEvent> = (profile: Profile, event: OneEvent, happening: Happening) => Partial<Profile>

/** What each type of event changes. */
const changes: { [Type in Event['type']]: Change<Extract<Event, { type: Type }>> } = {
  track: (profile, event, { atMs }) => ({
    events: count(profile.events, event.event),
    ...foldExposure(profile, event, atMs),
  }),
  page: (profile) => ({ pageViews: profile.pageViews + 1 }),
  identify: (profile, { traits, userId }, { isLinked = false }) => ({
    ...(traits === undefined ? {} : { traits: mergeTraits(profile.traits, traits) }),
    ...(userId === undefined ? {} : { userId }),
    ...(userId === undefined || !isLinked ? {} : { linkedUserId: userId }),
  }),
  group: (profile, { groupId, traits }) => ({
    traits: mergeTraits(profile.traits, { group: { ...traits, id: groupId } }),
  }),
  alias: (_profile, { userId }) => ({ userId }),
}

function change(profile: Profile, happening: Happening): Partial<Profile> {
  const { event } = happening
  return (changes[event.type] as Change<Event>)(profile, event, happening)
}

function remember(recent: RecentEvent[], { event, atMs }: Happening): RecentEvent[] {
  const name = event.type === 'track' ? event.event : `pp:${event.type}`
  return [...recent.slice(1 - MAX_RECENT), { name, atMs }]
}

function newProfile(atMs: number): Profile {
  const nothing = { traits: {}, events: {}, pageViews: 0, assignments: {}, shown: {}, recent: [], seen: new Uint8Array() }
  return { ...nothing, firstSeenMs: atMs, lastSeenMs: atMs }
}

/** The profile after one more event. Pure and bounded: the same log gives the same bytes, on any machine. */
export function fold(profile: Profile | undefined, happening: Happening): Profile {
  const { atMs, event } = happening
  const before = profile ?? newProfile(atMs)
  const hash = hashOf(event.messageId)
  if (hasSeen(before.seen, hash)) return before
  return {
    ...before,
    ...change(before, happening),
    recent: remember(before.recent, happening),
    seen: withSeen(before.seen, hash),
    firstSeenMs: Math.min(before.firstSeenMs, atMs),
    lastSeenMs: Math.max(before.lastSeenMs, atMs),
  }
}
