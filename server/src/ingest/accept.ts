import { type Event, MAX_BODY_DEPTH } from 'prepaint/protocol'
import { createValidator, isDeeperThan, type Validator } from '../validate.ts'
import { aliasEvent, groupEvent, identifyEvent, pageEvent, trackEvent } from './schema.ts'

/** Each type's schema, and the fields that are kept of an event: what nobody knows is not stored. */
const types: { [Type in Event['type']]: { validator: Validator<unknown>; fields: readonly string[] } } = {
  track: { validator: createValidator(trackEvent), fields: ['event', 'properties'] },
  page: { validator: createValidator(pageEvent), fields: ['name', 'properties'] },
  identify: { validator: createValidator(identifyEvent), fields: ['userId', 'traits'] },
  group: { validator: createValidator(groupEvent), fields: ['groupId', 'traits'] },
  alias: { validator: createValidator(aliasEvent), fields: ['previousId', 'userId'] },
}

/** Length of an event as JSON, in characters: what Segment's own servers take. It bounds what folding it costs. */
const MAX_EVENT_LENGTH = 32_768

function isTooLong(value: unknown): boolean {
  return JSON.stringify(value).length > MAX_EVENT_LENGTH
}

function isInstant(timestamp: string): boolean {
  return !Number.isNaN(Date.parse(timestamp))
}

/** Nesting of an event, which lies in the batch's list in the body. */
const MAX_EVENT_DEPTH = MAX_BODY_DEPTH - 2

const BASE_FIELDS = ['type', 'messageId', 'timestamp']

function isOwnKey<Value extends object>(object: Value, key: unknown): key is keyof Value & string {
  return typeof key === 'string' && Object.hasOwn(object, key)
}

/** Explains why {@link acceptEvent} refuses a value. */
export function whyInvalid(value: unknown): string {
  const type = (value as { type?: unknown } | null)?.type
  if (!isOwnKey(types, type)) return `/type: must be one of ${Object.keys(types).join(', ')}`
  if (isDeeperThan(value, MAX_EVENT_DEPTH)) return `/: is nested more than ${MAX_EVENT_DEPTH} deep`
  const [flaw] = types[type].validator.flaws(value)
  if (flaw) return `/${flaw.path.join('/')}: ${flaw.message}`
  // Of the length the known fields count alone: it is the reason where there is no other.
  return isInstant((value as Event).timestamp)
    ? `/: is longer than ${MAX_EVENT_LENGTH} characters`
    : '/timestamp: must be a date in ISO 8601'
}

/** The event with nothing but its known fields; undefined when it is no valid event. */
export function acceptEvent(value: unknown): Event | undefined {
  const type = (value as { type?: unknown } | null)?.type
  if (!isOwnKey(types, type)) return undefined
  const { validator, fields } = types[type]
  if (isDeeperThan(value, MAX_EVENT_DEPTH) || !validator.accepts(value)) return undefined
  const event = value as unknown as { [field: string]: unknown } & Event
  if (!isInstant(event.timestamp)) return undefined
  const known = [...BASE_FIELDS, ...fields].filter((field) => event[field] !== undefined)
  const accepted = Object.fromEntries(known.map((field) => [field, event[field]]))
  return isTooLong(accepted) ? undefined : (accepted as unknown as Event)
}
