import type { JsonObject } from './json.ts'

interface EventBase {
  /** Unique for ever; the service folds a message once however often it arrives. */
  messageId: string
  /** When it happened by the client's clock, ISO 8601. */
  timestamp: string
}

/** Something the visitor did. Names that begin with `pp:` are Prepaint's own. */
export interface TrackEvent extends EventBase {
  type: 'track'
  event: string
  properties?: JsonObject | undefined
}

/** A page view. */
export interface PageEvent extends EventBase {
  type: 'page'
  name?: string | undefined
  properties?: JsonObject | undefined
}

/** What the brand knows of the visitor. */
export interface IdentifyEvent extends EventBase {
  type: 'identify'
  /** The brand's own id of this person; never sent under Global Privacy Control. */
  userId?: string | undefined
  traits?: JsonObject | undefined
}

/** What the brand knows of a group (a company, a household) that the visitor belongs to. */
export interface GroupEvent extends EventBase {
  type: 'group'
  groupId: string
  traits?: JsonObject | undefined
}

/** The brand's id of this person has changed. */
export interface AliasEvent extends EventBase {
  type: 'alias'
  previousId: string
  userId: string
}

/** An event in the shape of Segment's HTTP API. */
export type Event = TrackEvent | PageEvent | IdentifyEvent | GroupEvent | AliasEvent

/** Body of `POST /v1/batch`, sent as `text/plain`. All events of a batch belong to the token's visitor. */
export interface BatchRequest {
  v: number
  site: string
  consent: 'granted'
  token: string
  /** When the batch was sent by the client's clock, ISO 8601: the service corrects clock skew with it. */
  sentAt: string
  /** Events that the client had to drop for lack of room since its last acknowledged batch. */
  dropped?: number
  batch: Event[]
}

/**
 * What became of one event: `accepted` means durable, `invalid` that it is none, `denied` that what came with it says that its
 * person has not allowed it.
 */
export type EventResult = 'accepted' | 'invalid' | 'denied'

/** Answer of `POST /v1/batch`; a 2xx means that every accepted event is durable. */
export interface BatchResponse {
  v: number
  /** One result an event, in the order of the batch. */
  results: EventResult[]
  /** Why the first 20 that were not accepted were not; absent when all were. */
  reasons?: { index: number; message: string }[]
}
