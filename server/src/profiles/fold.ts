import type { Event, Json, JsonObject } from 'prepaint/protocol'
import type { Profile, RecentEvent } from './profile.ts'
import { hashOf, hasSeen, withSeen } from './seen.ts'

/** What {@link fold} needs of an event record. */
export interface Happening {
  /** When it happened by the service's clock, in ms since 1970. */
  atMs: number
  event: Event
}

/** Events remembered with name and time. */
const MAX_RECENT = 50

/** Event names counted; a name beyond them is remembered among the recent events only. */
const MAX_COUNTED_NAMES = 100

/** Size of all traits as JSON, in bytes; a trait that no longer fits is left out. */
const MAX_TRAITS_BYTES = 4_096

function sizeBytes(key: string, value: Json): number {
  return Buffer.byteLength(JSON.stringify(key)) + Buffer.byteLength(JSON.stringify(value)) + 2
}

/** Shallow: a trait replaces the older one of its name, and `null` forgets it. */
function mergeTraits(old: JsonObject, incoming: JsonObject): JsonObject {
  const merged = new Map(Object.entries(old))
  let total = [...merged].reduce((sum, [key, value]) => sum + sizeBytes(key, value), 0)
  for (const [key, value] of Object.entries(incoming)) {
    const before = merged.get(key)
    const rest = total - (before === undefined ? 0 : sizeBytes(key, before))
    const grown = value === null ? rest : rest + sizeBytes(key, value)
    if (grown > MAX_TRAITS_BYTES) continue
    if (value === null) merged.delete(key)
    else merged.set(key, value)
    total = grown
  }
  return Object.fromEntries(merged)
}

function count(events: Profile['events'], name: string): Profile['events'] {
  const known = Object.hasOwn(events, name) ? (events[name] as number) : 0
  if (known === 0 && Object.keys(events).length >= MAX_COUNTED_NAMES) return events
  return { ...events, [name]: known + 1 }
}

type Change<OneEvent> = (profile: Profile, event: OneEvent) => Partial<Profile>

/** What each type of event changes. */
const changes: { [Type in Event['type']]: Change<Extract<Event, { type: Type }>> } = {
  track: (profile, event) => ({ events: count(profile.events, event.event) }),
  page: (profile) => ({ pageViews: profile.pageViews + 1 }),
  identify: (profile, { traits, userId }) => ({
    ...(traits === undefined ? {} : { traits: mergeTraits(profile.traits, traits) }),
    ...(userId === undefined ? {} : { userId }),
  }),
  group: () => ({}),
  alias: (_profile, { userId }) => ({ userId }),
}

function change(profile: Profile, event: Event): Partial<Profile> {
  return (changes[event.type] as Change<Event>)(profile, event)
}

function remember(recent: RecentEvent[], { event, atMs }: Happening): RecentEvent[] {
  const name = event.type === 'track' ? event.event : `pp:${event.type}`
  return [...recent.slice(1 - MAX_RECENT), { name, atMs }]
}

function newProfile(atMs: number): Profile {
  const seen = new Uint8Array()
  return { traits: {}, events: {}, pageViews: 0, recent: [], seen, firstSeenMs: atMs, lastSeenMs: atMs }
}

/** The profile after one more event. Pure and bounded: the same log gives the same bytes, on any machine. */
export function fold(profile: Profile | undefined, happening: Happening): Profile {
  const { atMs, event } = happening
  const before = profile ?? newProfile(atMs)
  const hash = hashOf(event.messageId)
  if (hasSeen(before.seen, hash)) return before
  return {
    ...before,
    ...change(before, event),
    recent: remember(before.recent, happening),
    seen: withSeen(before.seen, hash),
    firstSeenMs: Math.min(before.firstSeenMs, atMs),
    lastSeenMs: Math.max(before.lastSeenMs, atMs),
  }
}
