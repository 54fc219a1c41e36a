import type { JsonObject } from '../protocol/index.ts'
import type { CommerceEvents } from './commerce-events.ts'
import type { MediaEvents } from './media-events.ts'

/** Events whose names and properties have a meaning (`docs/events.md`). */
export interface KnownEvents extends CommerceEvents, MediaEvents {}

/** A name of an event: editors propose those that are known, and any other is free. */
export type EventName = keyof KnownEvents | (string & {})

/** Properties that an event may have: those of a known name are checked, all others are JSON. */
export type KnownPropertiesOf<Name> = Name extends keyof KnownEvents ? KnownEvents[Name] : JsonObject
