import type { Event } from 'prepaint/protocol'
import { foldAssignment } from './assignment.ts'
import { countBytes, firstWithin, MAX_EVENTS_BYTES } from './bounds.ts'
import { foldFeatures, type RowFeatures, setFeatures } from './features/row-features.ts'
import type { SiteFeatures } from './features/site-features.ts'
import { foldUnlinked } from './link.ts'
import type { LogPlace } from './log-place.ts'
import { type OpenMemory, openMemory } from './open-memory.ts'
import { newFacts, newMemory, newProfile, type PartFacts, type Profile } from './profile.ts'
import { hashHexOf } from './seen.ts'
import { mergeTraits } from './traits.ts'

/** The part of an event record that folding needs. */
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

/** Event names counted; a name beyond them is remembered among the recent events only. */
const MAX_COUNTED_NAMES = 100

/** By this event a visitor ends the link that was opened before. */
const UNLINKED = 'pp:unlinked'

function hasRoom(names: readonly string[], name: string): boolean {
  const all = [...names, name]
  return all.length <= MAX_COUNTED_NAMES && firstWithin(all, MAX_EVENTS_BYTES, countBytes).length === all.length
}

/** Returns the count of an event with one more; undefined if a name has no room. */
function oneMore(events: PartFacts['events'], name: string): number | undefined {
  if (Object.hasOwn(events, name)) return (events[name] as number) + 1
  return hasRoom(Object.keys(events), name) ? 1 : undefined
}

/** Sets a count; `__proto__` is a name like any other. */
function setCount(events: PartFacts['events'], name: string, value: number): void {
  if (name !== '__proto__') events[name] = value
  else Object.defineProperty(events, name, { value, enumerable: true, configurable: true, writable: true })
}

type Change<OneEvent> = (part: PartFacts, event: OneEvent, happening: FoldedEvent) => Partial<PartFacts>

/** Changes of a part by each type of event, beside what is counted. */
const changes: { [Type in Event['type']]: Change<Extract<Event, { type: Type }>> } = {
  track: (part, event, { atMs }) => foldAssignment(part, event, atMs),
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

function change(part: PartFacts, happening: FoldedEvent): Partial<PartFacts> {
  const { event } = happening
  return (changes[event.type] as Change<Event>)(part, event, happening)
}

/** @throws TypeError for a name that is no text. */
function nameOf(event: Event): string {
  const name: unknown = event.type === 'track' ? event.event : `pp:${event.type}`
  if (typeof name !== 'string') throw new TypeError('the event has no name')
  return name
}

/** Returns the features after the event. Both parts feed the same ones. */
function featuresAfter(before: RowFeatures | undefined, happening: FoldedEvent, hash: string): RowFeatures | undefined {
  const { event, atMs, at, features: site, isFromServer = false } = happening
  if (!at || !site) return before
  const properties = event.type === 'track' || event.type === 'page' ? (event.properties ?? {}) : {}
  const seen = { name: nameOf(event), atMs, hash, properties, isFromServer }
  return foldFeatures(before, seen, at, site)
}

/** Facts of the brand's servers, which may be changed. */
function serverFacts({ server }: Profile): PartFacts {
  const facts = { ...newFacts(), ...server }
  return { ...facts, events: { ...facts.events } }
}

/** A profile while events are folded into it, one after the other: what each of them would copy is copied once. */
export interface OpenProfile {
  /**
   * Adds an event.
   * @throws Error for one that cannot be folded: nothing has changed then.
   */
  add(happening: FoldedEvent): void
  /** Time of its last event, in ms since 1970; undefined before there is any. */
  readonly lastSeenMs: number | undefined
  /** Returns the profile of now, to which nothing may be added any more; the one that was opened if no event was new. */
  close(): Profile | undefined
}

/** Opens a profile, which stays as it is. Pure and bounded: the same log gives the same bytes, on any machine, however it is cut. */
export function openProfile(profile: Profile | undefined): OpenProfile {
  let draft: Profile | undefined
  let own: OpenMemory | undefined
  let server: OpenMemory | undefined

  function memoryOf(before: Profile, isFromServer: boolean): OpenMemory {
    if (isFromServer) return (server ??= openMemory(before.serverMemory ?? newMemory()))
    return (own ??= openMemory(before))
  }

  function close(): Profile | undefined {
    if (!draft) return profile
    if (own) Object.assign(draft, own.current())
    if (server && draft.server) draft.serverMemory = server.current()
    return draft
  }

  return {
    get lastSeenMs() {
      return (draft ?? profile)?.lastSeenMs
    },
    close,
    add(happening) {
      const { atMs, event, isFromServer = false, imported = false, receivedMs = atMs, at } = happening
      const before = draft ?? profile ?? newProfile(atMs, at)
      const hex = hashHexOf(event.messageId)
      const hash = Buffer.from(hex, 'hex')
      const memory = memoryOf(before, isFromServer)
      if (memory.has(hash)) return
      const name = nameOf(event)
      const facts = isFromServer ? serverFacts(before) : before
      const count = event.type === 'track' ? oneMore(facts.events, name) : undefined
      const changed = change(facts, happening)
      const features = featuresAfter(before.features, happening, hex)
      // Nothing throws from here on: an event that is passed over leaves no trace.
      draft ??= { ...before, events: { ...before.events } }
      const part = isFromServer ? (draft.server = facts) : draft
      Object.assign(part, changed)
      if (count !== undefined) setCount(part.events, name, count)
      memory.add(hash, { name, atMs })
      draft.firstSeenMs = Math.min(before.firstSeenMs, atMs)
      // A profile ends when nothing was heard for long. What happened years ago is heard of now, or each event would end the one before.
      draft.lastSeenMs = Math.max(before.lastSeenMs, imported ? receivedMs : atMs)
      setFeatures(draft, features)
      if (name === UNLINKED && event.type === 'track') draft = foldUnlinked(draft, atMs)
    },
  }
}

/** The profile after one more event. */
export function fold(profile: Profile | undefined, happening: FoldedEvent): Profile {
  const open = openProfile(profile)
  open.add(happening)
  return open.close() ?? newProfile(happening.atMs, happening.at)
}
