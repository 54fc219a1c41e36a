import { crc32 } from 'node:zlib'
import { Packr } from 'msgpackr'
import { boundedFacts } from './bounded.ts'
import { lastWithin, MAX_RECENT_BYTES, recentBytes } from './bounds.ts'
import type { RowFeatures } from './features/row-features.ts'
import type { LogPlace } from './log-place.ts'
import type { Device, PartFacts, PartMemory, Profile, ProfileFacts, ReadFacts, RecentEvent } from './profile.ts'
import { hashOf } from './seen.ts'

/** First byte of every stored profile. A {@link Profile} that old bytes do not satisfy takes the next number. */
const FORMAT_VERSION = 6

/** The last format without a checksum: MessagePack. The next one lacks nothing but features, and where the profile began. */
const LAST_UNCHECKED = 4

/**
 * Bytes before the facts: the version, the CRC-32 of all that comes behind it (4), and the length of the facts (4), in little
 * endian. Version and CRC stand so in every format to come: a damaged version is no later one.
 */
const HEADER_BYTES = 9
const CRC_AT = 1
const LENGTH_AT = 5

const packr = new Packr({ useRecords: false })

/** Stored bytes that a later version of the service has written. */
export class ProfileFormatError extends Error {
  override readonly name = 'ProfileFormatError'
}

/** Stored bytes that are no profile in the format that they name. */
export class ProfileDamagedError extends Error {
  override readonly name = 'ProfileDamagedError'
}

/** Until version 3 a profile did not know what was shown. */
type SecondProfile = Omit<Profile, 'assignments' | 'shown'>

/** Until version 2 a profile knew its messages by the ids of its recent events. */
type FirstProfile = Omit<SecondProfile, 'seen' | 'recent'> & { recent: (RecentEvent & { id: string })[] }

function fromSecond(profile: SecondProfile): Profile {
  return { ...profile, assignments: {}, shown: {} }
}

function fromFirst({ recent, ...rest }: FirstProfile): SecondProfile {
  return {
    ...rest,
    recent: recent.map(({ name, atMs }) => ({ name, atMs })),
    seen: Buffer.concat(recent.map(({ id }) => hashOf(id))),
  }
}

/** Of the formats that bounded names, but not their bytes. */
function bounded(profile: Profile): Profile {
  const { server, serverMemory, recent } = profile
  const memory = serverMemory && {
    ...serverMemory,
    recent: lastWithin(serverMemory.recent, MAX_RECENT_BYTES, recentBytes),
  }
  return {
    ...boundedFacts(profile),
    recent: lastWithin(recent, MAX_RECENT_BYTES, recentBytes),
    ...(server ? { server: boundedFacts(server) } : {}),
    ...(memory ? { serverMemory: memory } : {}),
  }
}

/**
 * Readers of each format version without a checksum; the fourth has two values, first the facts that decisions
 * read.
 */
const readers: { readonly [version: number]: (bytes: Uint8Array) => unknown } = {
  1: (bytes) => fromSecond(fromFirst(packr.unpack(bytes) as FirstProfile)),
  2: (bytes) => fromSecond(packr.unpack(bytes) as SecondProfile),
  3: (bytes) => packr.unpack(bytes),
  4: (bytes) => Object.assign({}, ...(packr.unpackMultiple(bytes) as object[])),
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Checks all that conditions rely on. */
function arePartFacts(value: unknown): value is PartFacts {
  const { traits, events, assignments, shown, pageViews } = (value ?? {}) as Partial<Profile>
  return isObject(traits) && isObject(events) && isObject(assignments) && isObject(shown) && Number.isFinite(pageViews)
}

function isPlace(value: unknown): value is LogPlace {
  const { epoch, offset } = (value ?? {}) as Partial<LogPlace>
  return Number.isFinite(epoch) && Number.isFinite(offset)
}

function areFeatures(value: unknown): value is RowFeatures {
  const { states, at, filled } = (value ?? {}) as Partial<RowFeatures>
  return isObject(states) && isPlace(at) && (filled === undefined || isPlace(filled))
}

function isDevice(value: unknown): value is Device {
  const { id, openedMs, untilMs } = (value ?? {}) as Partial<Device>
  return typeof id === 'string' && Number.isFinite(openedMs) && Number.isFinite(untilMs)
}

/** Checks who a user's devices are, and when the last link of a visitor has ended. */
function areEnds({ devices, unlinkedMs }: Partial<Profile>): boolean {
  const areDevices = devices === undefined || (Array.isArray(devices) && devices.every(isDevice))
  return areDevices && (unlinkedMs === undefined || Number.isFinite(unlinkedMs))
}

/** Checks all that decisions rely on. */
export function areFacts(value: unknown): value is ProfileFacts {
  if (!arePartFacts(value)) return false
  const { server, link, erased, began, features } = value as Partial<Profile>
  const isLink =
    link === undefined ||
    (typeof link.userId === 'string' &&
      Number.isFinite(link.untilMs) &&
      Number.isFinite(link.signedMs) &&
      Number.isFinite(link.openedMs) &&
      isPlace(link.at))
  const isErasure = erased === undefined || (Number.isFinite(erased.atMs) && isPlace(erased.at))
  const isBeginning = began === undefined || isPlace(began)
  const areStates = features === undefined || areFeatures(features)
  return (
    isLink && areEnds(value) && isErasure && isBeginning && areStates && (server === undefined || arePartFacts(server))
  )
}

function isMemory(value: unknown): value is PartMemory {
  const { recent, seen } = (value ?? {}) as Partial<PartMemory>
  return Array.isArray(recent) && seen instanceof Uint8Array
}

/** Checks all that `fold` relies on. */
function isProfile(value: unknown): value is Profile {
  const { firstSeenMs, lastSeenMs, serverMemory } = (value ?? {}) as Partial<Profile>
  const areNumbers = Number.isFinite(firstSeenMs) && Number.isFinite(lastSeenMs)
  return areFacts(value) && areNumbers && isMemory(value) && (serverMemory === undefined || isMemory(serverMemory))
}

/**
 * Encodes the memory of one part for folding: the length of `seen` (2), `seen`, the length of the recent events (2),
 * and those as JSON.
 */
function encodeMemory(memory: PartMemory | undefined): Buffer {
  const { recent, seen } = memory ?? { recent: [], seen: new Uint8Array() }
  const rest = Buffer.from(JSON.stringify(recent.map(({ name, atMs }) => [name, atMs])))
  const bytes = Buffer.alloc(2 + seen.length + 2 + rest.length)
  bytes.writeUInt16LE(seen.length)
  bytes.set(seen, 2)
  bytes.writeUInt16LE(rest.length, 2 + seen.length)
  bytes.set(rest, 4 + seen.length)
  return bytes
}

/** Reverses {@link encodeMemory}. */
function decodeMemory(bytes: Buffer, at: number): { memory: PartMemory; end: number } {
  const restAt = at + 2 + bytes.readUInt16LE(at)
  const end = restAt + 2 + bytes.readUInt16LE(restAt)
  const recent = JSON.parse(bytes.toString('utf8', restAt + 2, end)) as [string, number][]
  // Its own bytes: a store may use the row's memory again.
  const seen = Buffer.from(bytes.subarray(at + 2, restAt))
  return { memory: { recent: recent.map(([name, atMs]) => ({ name, atMs })), seen }, end }
}

/**
 * A profile as bytes: header, the facts as JSON, which is what decisions ask for, then what folding needs: its own memory, the
 * server's, and the rest as JSON. Of what was parsed from JSON no key has a meaning to `JSON.stringify`.
 */
export function encodeProfile({ recent, seen, serverMemory, firstSeenMs, lastSeenMs, ...facts }: Profile): Buffer {
  const head = Buffer.from(JSON.stringify(facts))
  const memories = [encodeMemory({ recent, seen }), encodeMemory(serverMemory)]
  const rest = Buffer.from(JSON.stringify({ firstSeenMs, lastSeenMs, hasServerMemory: serverMemory !== undefined }))
  const bytes = Buffer.concat([Buffer.alloc(HEADER_BYTES), head, ...memories, rest])
  bytes[0] = FORMAT_VERSION
  bytes.writeUInt32LE(head.length, LENGTH_AT)
  bytes.writeUInt32LE(crc32(bytes.subarray(LENGTH_AT), FORMAT_VERSION), CRC_AT)
  return bytes
}

function refuseLater(version: number): void {
  if (version <= FORMAT_VERSION) return
  throw new ProfileFormatError(
    `a profile has format version ${version}, this service reads ${FORMAT_VERSION}: start the version that ` +
      'wrote it, or delete `profiles` in the data directory to have them folded anew from the log',
  )
}

/** @throws ProfileDamagedError for bytes that are not what was written; `isSound` says that somebody has looked already. */
function check(bytes: Buffer, isSound: boolean): void {
  const version = bytes[0] ?? 0
  if (version >= 1 && version <= (isSound ? FORMAT_VERSION : LAST_UNCHECKED)) return
  if (bytes.length < HEADER_BYTES || crc32(bytes.subarray(LENGTH_AT), version) !== bytes.readUInt32LE(CRC_AT)) {
    throw new ProfileDamagedError('a stored profile is not what was written')
  }
  refuseLater(version)
}

function headOf(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString('utf8', HEADER_BYTES, HEADER_BYTES + bytes.readUInt32LE(LENGTH_AT)))
}

/** The facts, with a copy of what was seen: a store may use the row's memory again. */
function readOf(bytes: Buffer): unknown {
  const facts = headOf(bytes) as ReadFacts
  const at = HEADER_BYTES + bytes.readUInt32LE(LENGTH_AT)
  facts.seen = Buffer.from(bytes.subarray(at + 2, at + 2 + bytes.readUInt16LE(at)))
  return facts
}

function wholeOf(bytes: Buffer): unknown {
  const own = decodeMemory(bytes, HEADER_BYTES + bytes.readUInt32LE(LENGTH_AT))
  const server = decodeMemory(bytes, own.end)
  const { firstSeenMs, lastSeenMs, hasServerMemory } = JSON.parse(bytes.toString('utf8', server.end)) as {
    [field: string]: unknown
  }
  const serverMemory = hasServerMemory === true ? { serverMemory: server.memory } : {}
  return { ...(headOf(bytes) as object), ...own.memory, ...serverMemory, firstSeenMs, lastSeenMs }
}

function decode<Value>(
  given: Uint8Array,
  read: (bytes: Buffer) => unknown,
  isIt: (value: unknown) => value is Value,
  isSound: boolean,
): Value {
  const bytes = Buffer.isBuffer(given) ? given : Buffer.from(given.buffer, given.byteOffset, given.byteLength)
  check(bytes, isSound)
  try {
    const version = bytes[0] as number
    const value = version > LAST_UNCHECKED ? read(bytes) : readers[version]?.(Buffer.from(bytes.subarray(1)))
    if (isIt(value)) return value
  } catch (cause) {
    throw new ProfileDamagedError('a stored profile cannot be read', { cause })
  }
  throw new ProfileDamagedError('a stored profile is none')
}

/** @throws ProfileFormatError for bytes of a later format version, ProfileDamagedError for bytes that are no profile. */
export function decodeProfile(bytes: Uint8Array): Profile {
  const profile = decode(bytes, wholeOf, isProfile, false)
  return (bytes[0] as number) > LAST_UNCHECKED ? profile : bounded(profile)
}

/** Options for reading facts. */
export interface FactsOptions {
  /** True if the bytes stood under a checksum of their store's. */
  isSound?: boolean
  /** True to leave out the messages that are in them. */
  mayLackSeen?: boolean | undefined
}

/**
 * The part that decisions ask for, of bytes that may change afterwards.
 * @throws as {@link decodeProfile} does.
 */
export function decodeFacts(bytes: Uint8Array, { isSound = false, mayLackSeen = false }: FactsOptions = {}): ReadFacts {
  return decode(bytes, mayLackSeen ? headOf : readOf, areFacts, isSound)
}
