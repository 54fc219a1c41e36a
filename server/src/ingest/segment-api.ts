import { randomUUID } from 'node:crypto'
import { anonymousProfileId, userProfileId } from '../identity/profile-id.ts'
import { asId, type Fields, fieldsOf, readInstant } from './as-meant.ts'
import type { Arrival } from './ingest.ts'

/** Dependencies of reading a message of Segment's protocol. */
export interface SegmentReaderOptions {
  /** The visitor of a token of ours, for whom a page's Segment client may send when it was given the token as anonymousId. */
  verifyToken(token: string): string | undefined
  /** True under Global Privacy Control. */
  withoutUserId: boolean
}

/** Longest id of a person, in characters. Cut it would be somebody else's. */
const MAX_ID_LENGTH = 200

function isPersonId(id: unknown): id is string {
  return typeof id === 'string' && id.length <= MAX_ID_LENGTH
}

/**
 * Returns the id of the profile that a message is about; undefined if it names nobody. A foreign client writes foreign
 * profiles alone.
 */
function ownerOf(message: Fields, options: SegmentReaderOptions): string | undefined {
  const [userId, anonymousId] = [asId(message['userId']), asId(message['anonymousId'])]
  const visitorId = typeof anonymousId === 'string' ? options.verifyToken(anonymousId) : undefined
  if (visitorId !== undefined) return visitorId
  if (isPersonId(userId) && !options.withoutUserId) return userProfileId(userId)
  return isPersonId(anonymousId) ? anonymousProfileId(anonymousId) : undefined
}

/** Segment's spec has one type more: the page view of an app. */
function typeOf(type: unknown): unknown {
  return type === 'screen' ? 'page' : type
}

/** A message of Segment's HTTP API as an event of ours. What its clients may leave out, Segment's servers fill in; so do we. */
export function readSegmentMessage(value: unknown, options: SegmentReaderOptions): Arrival {
  const message = fieldsOf(value)
  if (!message) return { visitorId: undefined, value }
  return {
    visitorId: ownerOf(message, options),
    sentMs: readInstant(message['sentAt']),
    value: { ...message, type: typeOf(message['type']), messageId: asId(message['messageId']) ?? randomUUID() },
  }
}
