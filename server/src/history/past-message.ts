import { createHash } from 'node:crypto'
import { acceptEvent, whyInvalid } from '../ingest/accept.ts'
import { asId, asMeant, type Fields, fieldsOf, readInstant } from '../ingest/as-meant.ts'
import { readSegmentMessage } from '../ingest/segment-api.ts'

/** A row as a message for the service. */
export type PastMessage = { message: Fields } | { problem: string }

/** Oldest event that is taken; of before it are dates that were never set, such as 1970. */
const MAX_AGE_YEARS = 10

/** Events of zones further east may be a day ahead where an export has left the zone out. */
const MAX_AHEAD_MS = 86_400_000

const FIELDS = ['type', 'event', 'name', 'userId', 'anonymousId', 'previousId', 'groupId', 'properties', 'traits']

/** Parts of a context that mean something: what it says of consent, and traits. */
const CONTEXT_FIELDS = ['consent', 'consentManagement', 'traits']

/** A date in any other spelling may mean another day to another program. */
const DATE = /^\d{4}-\d\d-\d\d/
const SECONDS_OR_MS = /^\d{9,16}(\.\d+)?$/

function instantOf(value: unknown): number | undefined {
  const isReadable = typeof value === 'number' || DATE.test(String(value)) || SECONDS_OR_MS.test(String(value))
  return isReadable ? readInstant(value) : undefined
}

function pick(fields: Fields | undefined, names: readonly string[]): Fields {
  const given = names.filter((name) => fields?.[name] !== undefined && fields[name] !== null)
  return Object.fromEntries(given.map((name) => [name, fields?.[name]]))
}

/**
 * Returns the time of an event: what an export has put right already, else the client's time with its clock corrected, as Segment does
 * it, else the time of arrival.
 */
function happenedMs({ timestamp, originalTimestamp, sentAt, receivedAt }: Fields): number | undefined {
  const saidMs = instantOf(timestamp)
  if (saidMs !== undefined) return saidMs
  const [originalMs, sentMs, receivedMs] = [originalTimestamp, sentAt, receivedAt].map(instantOf)
  if (originalMs === undefined) return receivedMs
  return sentMs === undefined || receivedMs === undefined ? originalMs : receivedMs - (sentMs - originalMs)
}

function whyNoTime(atMs: number | undefined, { timestamp }: Fields, nowMs: number): string | undefined {
  if (timestamp !== undefined && timestamp !== null && instantOf(timestamp) === undefined)
    return 'has a timestamp that is neither ISO 8601 nor seconds or milliseconds since 1970'
  if (atMs === undefined) return 'has no timestamp'
  if (atMs > nowMs + MAX_AHEAD_MS) return `lies in the future: ${new Date(atMs).toISOString()}`
  const oldest = new Date(nowMs)
  oldest.setUTCFullYear(oldest.getUTCFullYear() - MAX_AGE_YEARS)
  return atMs < oldest.getTime()
    ? `is more than ${MAX_AGE_YEARS} years old: ${new Date(atMs).toISOString()}`
    : undefined
}

/** The same row has the same id in every run, and in every file. */
function idOf(text: string): string {
  return `import:${createHash('sha256').update(text).digest('base64url').slice(0, 27)}`
}

/**
 * A row's event as a message for the service, checked as the service checks it. `sentAt` is left out: the service would take it for
 * the time of this import, and correct the event's time by it.
 * @param text the row as it stands in the file: from it follows the id of a message that has none
 */
export function pastMessage(fields: Fields, text: string, nowMs: number): PastMessage {
  const atMs = happenedMs(fields)
  const wrongTime = whyNoTime(atMs, fields, nowMs)
  if (wrongTime !== undefined) return { problem: wrongTime }
  const context = pick(fieldsOf(fields['context']), CONTEXT_FIELDS)
  const message = {
    ...(typeof fields['event'] === 'string' ? { type: 'track' } : {}),
    ...pick(fields, FIELDS),
    messageId: asId(fields['messageId']) ?? idOf(text),
    timestamp: new Date(atMs as number).toISOString(),
    ...(Object.keys(context).length > 0 ? { context } : {}),
  }
  const { visitorId, value } = readSegmentMessage(message, { verifyToken: () => undefined, withoutUserId: false })
  const meant = asMeant(value, nowMs)
  if (!acceptEvent(meant)) return { problem: whyInvalid(meant) }
  if (visitorId === undefined) return { problem: 'names nobody: it has neither userId nor anonymousId' }
  return { message }
}
