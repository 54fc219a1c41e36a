import type { JsonObject } from '../protocol/index.ts'

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
  /** Properties by event. */
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
export type EventOf<S> = keyof SchemaPart<S, 'events', { [event: string]: JsonObject | undefined }> & string
/** An event's properties, as the rest of the arguments: they may be left out where none is required. */
export type PropertiesOf<S, Name> =
  SchemaPart<S, 'events', { [event: string]: JsonObject | undefined }> extends infer Events
    ? Name extends keyof Events
      ? object extends Exclude<Events[Name], undefined>
        ? [properties?: Events[Name]]
        : undefined extends Events[Name]
          ? [properties?: Events[Name]]
          : [properties: Events[Name]]
      : never
    : never
/** Some of the traits. */
export type TraitsOf<S> = Partial<SchemaPart<S, 'traits', JsonObject>>
