/**
 * The wire between client and service: bodies, limits, and what is safe in an attribute.
 * @module prepaint/protocol
 */
export { isSafeAttribute, isSafeUrl } from './attribute.ts'
export type { Consent } from './consent.ts'
export type { Device, PageContext, PageFact, PageFacts, SessionFacts } from './context.ts'
export type { DecideRequest, DecideResponse, RecentEvent, SlotDecision, Tier } from './decision.ts'
export type { ErrorBody, ErrorCode } from './error.ts'
export type {
  AliasEvent,
  BatchRequest,
  BatchResponse,
  Event,
  EventResult,
  GroupEvent,
  IdentifyEvent,
  PageEvent,
  TrackEvent,
} from './event.ts'
export type { Json, JsonObject } from './json.ts'
export { MAX_BATCH_BYTES, MAX_BATCH_EVENTS, MAX_BODY_BYTES, MAX_BODY_DEPTH, SLOT_NAME } from './limit.ts'
export type {
  AttributeOperation,
  ClassOperation,
  HtmlOperation,
  Operation,
  StyleOperation,
  TextOperation,
} from './operation.ts'
export type { Reason } from './reason.ts'
export type { Arm, Cue, CueContent, DrawnCount, LiveMessage, TvPlan } from './tv.ts'
export { PROTOCOL_VERSION } from './version.ts'
