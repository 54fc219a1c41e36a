import type { JsonObject } from './json.ts'

interface EventBase {
  /** Unique for ever; the service folds a message once however often it arrives. */
  messageId: string
  /** Time of the event by the client's clock, ISO 8601. */
  timestamp: string
}

/** Something the visitor did. Names that begin with `pp:` are Prepaint's own. */
export interface TrackEvent extends EventBase {
  /** Kind of the event. */
  type: 'track'
  /** The event's name. */
  event: string
  /** Properties that the site sets. */
  properties?: JsonObject | undefined
}

/** A page view. */
export interface PageEvent extends EventBase {
  /** Kind of the event. */
  type: 'page'
  /** The page's name. */
  name?: string | undefined
  /** Properties that the site sets. */
  properties?: JsonObject | undefined
}

/** Sets the visitor's id and traits, as the brand knows them. */
export interface IdentifyEvent extends EventBase {
  /** Kind of the event. */
  type: 'identify'
  /** The brand's own id of this person; never sent under Global Privacy Control. */
  userId?: string | undefined
  /** Traits by name. */
  traits?: JsonObject | undefined
}

/** Sets the traits of a group (a company, a household) that the visitor belongs to. */
export interface GroupEvent extends EventBase {
  /** Kind of the event. */
  type: 'group'
  /** The brand's id of the group. */
  groupId: string
  /** Traits of the group, by name. */
  traits?: JsonObject | undefined
}

/** The brand's id of this person has changed. */
export interface AliasEvent extends EventBase {
  /** Kind of the event. */
  type: 'alias'
  /** The id until now. */
  previousId: string
  /** The id from now on. */
  userId: string
}

/** An event in the shape of Segment's HTTP API. */
export type Event = TrackEvent | PageEvent | IdentifyEvent | GroupEvent | AliasEvent

/** Body of `POST /v1/batch`, sent as `text/plain`. All events of a batch belong to the token's visitor. */
export interface BatchRequest {
  /** Version of the protocol: 1. */
  v: number
  /** The site's id, as in its catalog. */
  site: string
  /** Events are sent with consent only. */
  consent: 'granted'
  /** The visitor's token. */
  token: string
  /** Time of sending by the client's clock, ISO 8601: the service corrects clock skew with it. */
  sentAt: string
  /** Events that the client had to drop for lack of room since its last acknowledged batch. */
  dropped?: number
  /** The events, oldest first. */
  batch: Event[]
}

/**
 * Result of one event: `accepted` means durable, `invalid` that it is none, `denied` that its own consent fields deny
 * it.
 */
export type EventResult = 'accepted' | 'invalid' | 'denied'

/** Answer of `POST /v1/batch`; a 2xx means that every accepted event is durable. */
export interface BatchResponse {
  /** Version of the protocol: 1. */
  v: number
  /** One result an event, in the order of the batch. */
  results: EventResult[]
  /** The service's clock as it answered the tag, in ms since 1970: live slots change by it. */
  nowMs?: number
  /** Reasons for the first 20 events that were not accepted; absent if all were. */
  reasons?: {
    /** Index of the event in the batch, from 0. */
    index: number
    /** Reason for people. */
    message: string
  }[]
}
