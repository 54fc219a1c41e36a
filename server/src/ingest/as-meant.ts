import { createHash } from 'node:crypto'

/** Longest names of events and pages, in UTF-16 units; the rest of a longer one is cut off. */
export const MAX_NAME_LENGTH = 200

/** Longest message id that is kept as it is; a longer one is kept as its hash. */
export const MAX_MESSAGE_ID_LENGTH = 100

/** Longest text that is tried as an instant. */
const MAX_INSTANT_LENGTH = 64

/** Numbers below are seconds since 1970, others ms: 1e11 s is the year 5138, 1e11 ms is 1973. */
const FIRST_MS = 100_000_000_000

/** ISO 8601 without a zone, as Python's and Ruby's clients write the time of a server that runs in UTC. */
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?$/

const NUMBER = /^\d{9,16}(\.\d+)?$/

/** Any object, by its own fields. */
export interface Fields {
  [field: string]: unknown
}

/** An object with its own fields; nothing for a list or another value. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

/** A map as it was meant: PHP writes an empty one as a list. */
function asMap(value: unknown): unknown {
  return Array.isArray(value) && value.length === 0 ? {} : value
}

/** A number as the text that its digits are. Beyond 2^53 the digits that were sent are lost: such an id names nobody. */
function asText(value: unknown): unknown {
  if (typeof value !== 'number') return value
  const isExact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)
  return isExact ? String(value) : value
}

/** An id as it was meant; an empty one is none. */
export function asId(value: unknown): unknown {
  return value === null || value === '' ? undefined : asText(value)
}

/** Cuts a name that is too long, and never between the halves of a surrogate pair. */
function asName(value: unknown): unknown {
  const name = asText(value)
  if (typeof name !== 'string' || name.length <= MAX_NAME_LENGTH) return name
  const isPairCut =
    /[\uD800-\uDBFF]/.test(name.charAt(MAX_NAME_LENGTH - 1)) && /[\uDC00-\uDFFF]/.test(name.charAt(MAX_NAME_LENGTH))
  return name.slice(0, MAX_NAME_LENGTH - (isPairCut ? 1 : 0))
}

/** The same message has the same id however often it is sent, so that a hash stands for one that is too long. */
function asMessageId(value: unknown): unknown {
  const id = asId(value)
  if (typeof id !== 'string' || id.length <= MAX_MESSAGE_ID_LENGTH) return id
  return `sha256:${createHash('sha256').update(id, 'utf16le').digest('base64url')}`
}

/** An instant in ms since 1970, in any way that clients write it; undefined for what is none. */
export function readInstant(value: unknown): number | undefined {
  if (typeof value === 'number') {
    const instantMs = value < FIRST_MS ? value * 1_000 : value
    return Number.isNaN(new Date(instantMs).getTime()) || value < 0 ? undefined : Math.trunc(instantMs)
  }
  if (typeof value !== 'string' || value.length > MAX_INSTANT_LENGTH) return undefined
  if (NUMBER.test(value)) return readInstant(Number(value))
  const instantMs = Date.parse(WITHOUT_ZONE.test(value) ? `${value.replace(' ', 'T').replace(',', '.')}Z` : value)
  return Number.isNaN(instantMs) ? undefined : instantMs
}

/** Traits that a client has put around an `identify` (RudderStack's, and Segment's for devices); those inside win. */
function traitsOf({ type, traits, context }: Fields): unknown {
  const inside = asMap(traits)
  const around = type === 'identify' ? fieldsOf(asMap(fieldsOf(context)?.['traits'])) : undefined
  if (around === undefined || Object.keys(around).length === 0) return inside
  if (inside === undefined) return around
  return fieldsOf(inside) ? { ...around, ...(inside as Fields) } : inside
}

/** Fields that clients put around an event, and that are not kept. */
const NOT_KEPT: readonly string[] = ['context', 'integrations']

const readers: { readonly [field: string]: (value: unknown) => unknown } = {
  userId: asId,
  anonymousId: asId,
  previousId: asId,
  groupId: asId,
  messageId: asMessageId,
  event: asName,
  name: asName,
  properties: asMap,
}

/**
 * A message as its sender means it, in our spelling: clients of Segment's protocol write numbers for ids, `null` for what is
 * absent, lists for empty maps and instants in many ways. One without an instant happened when it was sent. What is no message is
 * given back as it is, and is judged as such.
 */
export function asMeant(value: unknown, sentMs: number): unknown {
  const given = fieldsOf(value)
  if (!given) return value
  const message = Object.fromEntries(
    Object.entries(given).map(([field, content]) => [
      field,
      Object.hasOwn(readers, field) ? readers[field]?.(content) : content,
    ]),
  )
  const happenedMs = readInstant(message['timestamp']) ?? readInstant(message['originalTimestamp']) ?? sentMs
  const meant = { ...message, traits: traitsOf(message), timestamp: new Date(happenedMs).toISOString() }
  const isPresent = ([field, content]: [string, unknown]): boolean =>
    !NOT_KEPT.includes(field) && content !== undefined && content !== null
  return Object.fromEntries(Object.entries(meant).filter(isPresent))
}
