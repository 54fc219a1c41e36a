import { randomUUID } from 'node:crypto'
import { anonymousProfileId, userProfileId } from '../identity/profile-id.ts'
import type { Arrival } from './ingest.ts'

/** What reading a message of Segment's protocol depends on. */
export interface SegmentReaderOptions {
  /** The visitor of a token of ours, for whom a page's Segment client may send when it was given the token as anonymousId. */
  verifyToken(token: string): string | undefined
  receivedMs: number
  /** True under Global Privacy Control. */
  withoutUserId: boolean
}

/** Longest id of a person, in characters. */
const MAX_ID_LENGTH = 200

function isPersonId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH
}

/** Whose profile a message is about; undefined when it names nobody. A foreign client writes foreign profiles alone. */
function ownerOf(message: { [field: string]: unknown }, options: SegmentReaderOptions): string | undefined {
  const { userId, anonymousId } = message
  const visitorId = typeof anonymousId === 'string' ? options.verifyToken(anonymousId) : undefined
  if (visitorId !== undefined) return visitorId
  if (isPersonId(userId) && !options.withoutUserId) return userProfileId(userId)
  return isPersonId(anonymousId) ? anonymousProfileId(anonymousId) : undefined
}

/** Segment's spec has one type more: the page view of an app. */
function typeOf(type: unknown): unknown {
  return type === 'screen' ? 'page' : type
}

/**
 * A message of Segment's HTTP API as an event of ours. What its clients may leave out, Segment's servers fill in; so do
 * we. They also send `null` for what is absent.
 */
export function readSegmentMessage(value: unknown, options: SegmentReaderOptions): Arrival {
  if (typeof value !== 'object' || value === null) return { visitorId: undefined, value }
  const given = Object.entries(value).filter(([field, content]) => content !== null && field !== 'context' && field !== 'integrations')
  const message: { [field: string]: unknown } = Object.fromEntries(given)
  const { type, messageId = randomUUID(), timestamp = new Date(options.receivedMs).toISOString() } = message
  return {
    visitorId: ownerOf(message, options),
    value: { ...message, type: typeOf(type), messageId, timestamp },
  }
}
