import type { Condition } from '../condition.ts'

/** Events that a feature is made of: those of one name whose properties meet a condition. */
export interface Selection {
  /** Name of the event; page views are `pp:page`. */
  event: string
  /** Condition on the event's properties, in the catalog's language without `$audience`; absent: all of them. */
  where?: Condition
  /** Lists that `where` names by `$inGroup` and `$notInGroup`, so that the definition says all that it means. */
  groups?: { [name: string]: (string | number)[] }
  /** Events that the brand's servers have sent, alone: what a browser says counts for nothing. Absent: everybody's. */
  from?: 'server'
}

/** Number of events in a sliding window. */
export interface CountDefinition extends Selection {
  /** The kind's name. */
  kind: 'count'
  /** Length of the window, in ms. */
  withinMs: number
}

/** Sum of a property in a sliding window. */
export interface SumDefinition extends Selection {
  /** The kind's name. */
  kind: 'sum'
  /** The property; names of nested ones are joined by dots. */
  of: string
  /** Length of the window, in ms. */
  withinMs: number
}

/** Seconds since the latest event. */
export interface SinceDefinition extends Selection {
  /** The kind's name. */
  kind: 'since'
}

/** Value of a property in the first event that has it. */
export interface FirstDefinition extends Selection {
  /** The kind's name. */
  kind: 'first'
  /** The property; names of nested ones are joined by dots. */
  of: string
}

/** Value of a property in the latest event that has it. */
export interface LastDefinition extends Selection {
  /** The kind's name. */
  kind: 'last'
  /** The property; names of nested ones are joined by dots. */
  of: string
}

/** Number of different values of a property in a sliding window. */
export interface DistinctDefinition extends Selection {
  /** The kind's name. */
  kind: 'distinct'
  /** The property; names of nested ones are joined by dots. */
  of: string
  /** Length of the window, in ms. */
  withinMs: number
}

/** The value of a property with the most weight, which halves with each half-life. */
export interface TopDefinition extends Selection {
  /** The kind's name. */
  kind: 'top'
  /** The property; names of nested ones are joined by dots. */
  of: string
  /** Time in which an event loses half of its weight against one that happens now, in ms. */
  halfLifeMs: number
}

/** Returns true if the event was ever seen. */
export interface EverDefinition extends Selection {
  /** The kind's name. */
  kind: 'ever'
}

/** Number of events in the session that is open. */
export interface SessionDefinition extends Omit<Selection, 'event'> {
  /** The kind's name. */
  kind: 'session'
  /** Name of the event; absent: every event but Prepaint's own reports. */
  event?: string
  /** Time without an event after which a session is over, in ms. */
  timeoutMs: number
}

/** A definition of a feature: data, from which the same state follows on every machine. */
export type FeatureDefinition =
  | CountDefinition
  | SumDefinition
  | SinceDefinition
  | FirstDefinition
  | LastDefinition
  | DistinctDefinition
  | TopDefinition
  | EverDefinition
  | SessionDefinition

/** A feature of a site. */
export interface Feature {
  /** Hash of the definition and of its kind's version: two features of one definition are one. */
  id: string
  /** The definition. */
  definition: FeatureDefinition
}
