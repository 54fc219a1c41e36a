import type { JsonObject } from '../protocol/index.ts'
import type { EventName, KnownPropertiesOf } from './known-events.ts'

/**
 * Names and values that a site's pages and catalog agree on, for `createClient<Schema>()`. Each part may be left out
 * and is then open.
 *
 *
 * ```ts
 * interface Shop {
 *   slots: { headline: 'Spring starts here' | 'Welcome' }
 *   events: { 'Order Completed': { total: number } }
 *   traits: { plan: 'free' | 'gold' }
 * }
 * ```
 */
export interface Schema {
  /** The texts or HTML that a slot's variants give it, by slot. */
  slots?: object
  /** Properties by event. Left out, the names of `KnownEvents` have their properties, and any other name has any. */
  events?: object
  /** Traits that `identify` may set, by name. */
  traits?: object
}

/** A part of a schema, or what stands for one that was left out. */
export type SchemaPart<S, Name extends string, Open> = Name extends keyof S ? Exclude<S[Name], undefined> : Open

/** The slots' names. */
export type SlotOf<S> = keyof SchemaPart<S, 'slots', { [slot: string]: string }> & string
/** Content that a slot may have. */
export type ContentOf<S, Slot> =
  SchemaPart<S, 'slots', { [slot: string]: string }> extends infer Slots
    ? Slot extends keyof Slots
      ? Slots[Slot]
      : never
    : never
/** The events' names. */
export type EventOf<S> = 'events' extends keyof S ? keyof SchemaPart<S, 'events', object> & string : EventName
/** Properties of an event, by the schema if it has events. */
export type EventProperties<S, Name> = 'events' extends keyof S
  ? SchemaPart<S, 'events', object> extends infer Events
    ? Name extends keyof Events
      ? Events[Name]
      : never
    : never
  : KnownPropertiesOf<Name> | undefined
/** An event's properties, as the rest of the arguments: they may be left out where none is required. */
export type PropertiesOf<S, Name> =
  EventProperties<S, Name> extends infer Properties
    ? Record<never, never> extends Exclude<Properties, undefined>
      ? [properties?: Properties]
      : undefined extends Properties
        ? [properties?: Properties]
        : [properties: Properties]
    : never
/** Some of the traits. */
export type TraitsOf<S> = Partial<SchemaPart<S, 'traits', JsonObject>>
