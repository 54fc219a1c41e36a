import type { Event } from 'prepaint/protocol'
import {
  type EventRecord,
  isAboutVisitor,
  type LinkRecord,
  type PlanRecord,
  type StoredRecord,
  type TvRecord,
} from '../ingest/record.ts'
import { instantText } from './instant.ts'
import { printable } from './printable.ts'

/** Longest text of an event's properties on a line for people. */
const MAX_DETAIL_CHARS = 160

/** Returns the name of a record: of an event as features name it, of another record its kind. */
export function nameOfRecord(record: StoredRecord): string {
  if (record.kind !== 'event') return record.kind
  const { event } = record
  return event.type === 'track' ? event.event : `pp:${event.type}`
}

function short(value: object | undefined): string {
  const text = value === undefined ? '' : JSON.stringify(value)
  return text.length > MAX_DETAIL_CHARS ? `${text.slice(0, MAX_DETAIL_CHARS)}…` : text
}

/** Each type of event in words. */
const EVENTS: { readonly [Type in Event['type']]: (event: Extract<Event, { type: Type }>) => string } = {
  track: ({ event, properties }) => `${event} ${short(properties)}`,
  page: ({ name = '', properties }) => `page ${name} ${short(properties)}`,
  identify: ({ userId, traits }) => `identify ${userId === undefined ? '' : `user ${userId} `}${short(traits)}`,
  group: ({ groupId, traits }) => `group ${groupId} ${short(traits)}`,
  alias: ({ previousId, userId }) => `alias user ${previousId} is now ${userId}`,
}

function eventText(event: Event): string {
  return Object.hasOwn(EVENTS, event.type)
    ? (EVENTS[event.type] as (event: Event) => string)(event)
    : `an event of type ${event.type}`
}

function linkText({ event: { userId }, untilMs, receivedMs }: LinkRecord): string {
  if (untilMs === undefined) return `link to user ${userId}, which says no end and links nobody`
  return untilMs <= receivedMs
    ? `link to user ${userId} has ended`
    : `link to user ${userId} until ${instantText(untilMs)}`
}

function tvText({ statements, switches = [] }: TvRecord): string {
  const said = statements.map(({ feed, source, airings = [], spots = [] }) => {
    const things = [`${airings.length} airings`, `${spots.length} spots`]
    return `${source} of ${feed}: ${things.join(', ')}`
  })
  const orders = switches.map(({ scope, name = '', isOff }) => `${scope} ${name} is switched ${isOff ? 'off' : 'on'}`)
  return `TV: ${[...said, ...orders].join('; ')}`
}

function planText({ plan: { version, goals, experiences } }: PlanRecord): string {
  return `plan of catalog ${version}: ${goals.length} goals and ${experiences.length} experiences are in force from here on`
}

function contentText(record: StoredRecord): string {
  switch (record.kind) {
    case 'event':
      return `${eventText(record.event)}${record.imported ? ` (imported, of ${instantText(record.atMs)})` : ''}`
    case 'link':
      return linkText(record)
    case 'erasure':
      return 'erasure: all that is known is forgotten'
    case 'features':
      return `features: ${record.features.length} are in force from here on`
    case 'tv':
      return tvText(record)
    case 'plan':
      return planText(record)
  }
}

/** Formats a record as a line for people. Text that visitors have sent is safe on a terminal. */
export function recordLine(record: StoredRecord): string {
  const who = isAboutVisitor(record) ? record.visitorId : '-'
  const fields = [instantText(record.receivedMs), record.site, who, contentText(record)]
  return `${printable(fields.join('  ').trimEnd())}\n`
}

function contentOf(record: EventRecord | LinkRecord): object {
  if (record.kind === 'link') {
    const { event, untilMs } = record
    return { userId: event.userId, ...(untilMs === undefined ? {} : { until: instantText(untilMs) }) }
  }
  const { event, imported, keyId } = record
  return { event, ...(imported ? { imported } : {}), ...(keyId === undefined ? {} : { keyId }) }
}

/** Formats a record as a line of JSON, which is safe on a terminal, too. */
export function recordJson(record: StoredRecord, offset: number): string {
  const { kind, site, receivedMs } = record
  const base = { offset, kind, name: nameOfRecord(record), site, received: instantText(receivedMs) }
  if (kind === 'tv') {
    const { statements, switches = [] } = record
    return `${printable(JSON.stringify({ ...base, statements, switches }))}\n`
  }
  if (kind === 'features') return `${printable(JSON.stringify({ ...base, features: record.features }))}\n`
  if (kind === 'plan') return `${printable(JSON.stringify({ ...base, plan: record.plan }))}\n`
  const visitor = { ...base, visitor: record.visitorId }
  if (kind === 'erasure') return `${printable(JSON.stringify(visitor))}\n`
  return `${printable(JSON.stringify({ ...visitor, at: instantText(record.atMs), ...contentOf(record) }))}\n`
}
