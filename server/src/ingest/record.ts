import { Packr } from 'msgpackr'
import type { Statement, TvSwitch } from 'prepaint/engine'
import type { Device, Event, IdentifyEvent } from 'prepaint/protocol'
import { areFacts } from '../profiles/codec.ts'
import { areDeclared } from '../profiles/features/are-declared.ts'
import type { DeclaredFeature } from '../profiles/features/definitions.ts'
import type { ProfileFacts } from '../profiles/profile.ts'
import { type LogEntry, type LogRecord, UNTOLD_KIND } from '../streams/log.ts'
import { isPlan } from '../tally/is-plan.ts'
import type { Plan } from '../tally/plan.ts'
import { type TvContent, tvContentFlaw } from './statement-schema.ts'

interface RecordBase {
  site: string
  visitorId: string
  /** Time at which the service took it in, in ms since 1970. */
  receivedMs: number
}

/** All that is known of the visitor is to be forgotten. It goes through the log, so that no event before it comes back. */
export interface ErasureRecord extends RecordBase {
  kind: 'erasure'
}

/** One accepted event as the log keeps it. */
export interface EventRecord extends RecordBase {
  kind: 'event'
  /** Time of the event by the service's clock, in ms since 1970; never after `receivedMs`. */
  atMs: number
  event: Event
  /** By which key it came in; absent for none. */
  keyId?: number
  /** Of the past, and brought along by the brand: it makes profiles, and no report counts it. */
  imported?: true
  /** Class of the browser's device, of reports of assignments. */
  device?: Device
}

/** A signed link has proved that this visitor is a user, whose profile may be read. */
export interface LinkRecord extends RecordBase {
  kind: 'link'
  /** Time of opening by the service's clock, in ms since 1970; never after `receivedMs`. */
  atMs: number
  /** Of our own making. */
  event: IdentifyEvent & { userId: string }
  /** First instant at which the link no longer holds, in ms since 1970. Records of before this was noted link nobody. */
  untilMs?: number
  /** Time of signing, in ms since 1970. */
  signedMs?: number
  /** Facts of the visitor who opened it, for the new one. */
  facts?: ProfileFacts
  /** Id of the visitor who had them. */
  from?: string
}

/** Definitions of features: all that are in force on a site from now on. The owner of the log alone writes it. */
export interface FeaturesRecord extends Omit<RecordBase, 'visitorId'> {
  kind: 'features'
  features: readonly DeclaredFeature[]
}

/** Records about a visitor or user. */
export type VisitorRecord = EventRecord | LinkRecord | ErasureRecord

/** Statements of sources on airings, and orders that switch TV off or on. */
export interface TvRecord extends Omit<RecordBase, 'visitorId'> {
  kind: 'tv'
  statements: readonly Statement[]
  switches?: readonly TvSwitch[]
}

/** Goals and assignments that are in force on a site from now on. The owner of the log alone writes it. */
export interface PlanRecord extends Omit<RecordBase, 'visitorId'> {
  kind: 'plan'
  plan: Plan
  /** Time since which it is in force, if that is before the record; so a log that begins with it knows. In ms since 1970. */
  fromMs?: number
}

/** Records about no person. */
export type SiteRecord = FeaturesRecord | TvRecord | PlanRecord

/** Records of the log. */
export type StoredRecord = VisitorRecord | SiteRecord

/** Returns true for a record about a visitor or user. */
export function isAboutVisitor(record: StoredRecord): record is VisitorRecord {
  return record.kind === 'event' || record.kind === 'link' || record.kind === 'erasure'
}

/** Numbers of the kinds in the log. A number that has been given never means anything else. */
export const KINDS = { event: 1, link: 2, erasure: 3, features: 4, tv: 5, plan: 6 } as const
const KIND_NUMBERS: readonly number[] = Object.values(KINDS)

/** A record of a kind that this version does not know: a later one has written it. */
export class UnknownKindError extends TypeError {
  override readonly name = 'UnknownKindError'
  readonly kind: number

  constructor(kind: number) {
    super(`the record is of kind ${kind}, which this version does not know`)
    this.kind = kind
  }
}

const DEVICES: readonly Device[] = ['mobile', 'tablet', 'desktop']

const unpackr = new Packr({ useRecords: false })

/** A site's name, as catalogs may give it. */
const SITE = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$/

/** The key of a profile: signs without spaces, no more than a store's key has room for. */
const VISITOR_ID = /^[!-~]{1,100}$/

/**
 * A record as the log takes it. Its kind stands beside the payload, never in it. The payload is JSON: of what was parsed
 * from JSON, no key has a meaning to `JSON.stringify` (`toJSON` has one only where it is a function).
 */
export function encodeRecord(record: StoredRecord): LogRecord {
  const { kind, ...rest } = record
  const { keyId = 0, ...content } = rest as Partial<EventRecord>
  return {
    kind: KINDS[kind],
    events: isAboutVisitor(record) ? 1 : 0,
    keyId,
    payload: Buffer.from(JSON.stringify(content)),
  }
}

function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTime(value: unknown): value is number {
  return Number.isFinite(value)
}

function featuresOf(site: string, receivedMs: number, features: unknown): FeaturesRecord {
  if (!areDeclared(features)) throw new TypeError('the record has features that are none')
  return { kind: 'features', site, receivedMs, features }
}

function tvOf(
  site: string,
  receivedMs: number,
  { statements, switches }: { readonly [field: string]: unknown },
): TvRecord {
  const content = { statements, ...(switches === undefined ? {} : { switches }) }
  const flaw = tvContentFlaw(content)
  if (flaw !== undefined) throw new TypeError(`the record says nothing of TV: ${flaw}`)
  return { kind: 'tv', site, receivedMs, ...(content as TvContent as Pick<TvRecord, 'statements' | 'switches'>) }
}

function planRecordOf(
  site: string,
  receivedMs: number,
  { plan, fromMs }: { readonly [field: string]: unknown },
): PlanRecord {
  if (!isPlan(plan)) throw new TypeError('the record has a plan that is none')
  return { kind: 'plan', site, receivedMs, plan, ...(isTime(fromMs) ? { fromMs } : {}) }
}

/** The value as a record of that kind, with nothing but its known fields. @throws TypeError for what is none. */
function recordOf(kind: number, keyId: number, value: unknown): StoredRecord {
  if (!isObject(value)) throw new TypeError('the payload is no record')
  const { site, visitorId, receivedMs, atMs, event, features } = value
  if (typeof site !== 'string' || !SITE.test(site)) throw new TypeError('the record names no site')
  if (kind === KINDS.features && isTime(receivedMs)) return featuresOf(site, receivedMs, features)
  if (kind === KINDS.tv && isTime(receivedMs)) return tvOf(site, receivedMs, value)
  if (kind === KINDS.plan && isTime(receivedMs)) return planRecordOf(site, receivedMs, value)
  if (typeof visitorId !== 'string' || !VISITOR_ID.test(visitorId)) throw new TypeError('the record names no visitor')
  if (!isTime(receivedMs)) throw new TypeError('the record has no time')
  const base = { site, visitorId, receivedMs }
  if (kind === KINDS.erasure) return { kind: 'erasure', ...base }
  if (!isTime(atMs) || !isObject(event)) throw new TypeError('the record has no event')
  if (kind === KINDS.event) {
    const record: EventRecord = { kind: 'event', site, visitorId, receivedMs, atMs, event: event as unknown as Event }
    if (keyId !== 0) record.keyId = keyId
    if (value['imported'] === true) record.imported = true
    const device = DEVICES.find((name) => name === value['device'])
    if (device) record.device = device
    return record
  }
  const link = event as unknown as LinkRecord['event']
  if (kind === KINDS.link && typeof link.userId === 'string') {
    const { untilMs, signedMs, facts, from } = value
    if (facts !== undefined && !areFacts(facts)) throw new TypeError('the record has facts that are none')
    const said = {
      ...(isTime(untilMs) ? { untilMs } : {}),
      ...(isTime(signedMs) ? { signedMs } : {}),
      ...(facts === undefined ? {} : { facts }),
      ...(typeof from === 'string' && VISITOR_ID.test(from) ? { from } : {}),
    }
    return { kind: 'link', ...base, atMs, event: link, ...said }
  }
  throw new TypeError('the link is nobody’s')
}

/** A record of a log of the first format: MessagePack, which says in itself what it is. */
function untoldRecord(payload: Uint8Array, isDoubtful: boolean): StoredRecord {
  // As JSON would have it: MessagePack knows dates and more, and nothing that folds expects them.
  const value: unknown = JSON.parse(JSON.stringify(unpackr.unpack(payload) ?? null))
  const isErasure = isObject(value) && value['isErasure'] === true
  const isLink = isObject(value) && value['isLinked'] === true
  if (isDoubtful && (isErasure || isLink))
    throw new TypeError('a link or an erasure behind damage may be what a visitor has written')
  return recordOf(isErasure ? KINDS.erasure : isLink ? KINDS.link : KINDS.event, 0, value)
}

/**
 * Reverses {@link encodeRecord}.
 * @throws TypeError or SyntaxError for an entry that is no record, UnknownKindError for one of a later version.
 */
export function decodeRecord({
  kind,
  keyId,
  payload,
  isDoubtful,
}: Omit<LogEntry, 'offset' | 'nextOffset' | 'events'>): StoredRecord {
  if (kind === UNTOLD_KIND) return untoldRecord(payload, isDoubtful === true)
  // Before it is parsed: another kind may be no JSON.
  if (!KIND_NUMBERS.includes(kind)) throw new UnknownKindError(kind)
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  return recordOf(kind, keyId, JSON.parse(bytes.toString()))
}
