import { Packr } from 'msgpackr'
import type { LogPlace } from './log-place.ts'
import type { PartFacts, PartMemory, Profile, ProfileFacts, RecentEvent } from './profile.ts'
import { hashOf } from './seen.ts'

/** First byte of every stored profile. A {@link Profile} that old bytes do not satisfy takes the next number. */
const FORMAT_VERSION = 4

const VERSION_BYTE = Buffer.from([FORMAT_VERSION])

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

/** What each format version before the present one becomes. */
const readers: { readonly [version: number]: (value: unknown) => unknown } = {
  1: (value) => fromSecond(fromFirst(value as FirstProfile)),
  2: (value) => fromSecond(value as SecondProfile),
  3: (value) => value,
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What the conditions rely on. */
function arePartFacts(value: unknown): value is PartFacts {
  const { traits, events, assignments, shown, pageViews } = (value ?? {}) as Partial<Profile>
  return isObject(traits) && isObject(events) && isObject(assignments) && isObject(shown) && Number.isFinite(pageViews)
}

function isPlace(value: unknown): value is LogPlace {
  const { epoch, offset } = (value ?? {}) as Partial<LogPlace>
  return Number.isFinite(epoch) && Number.isFinite(offset)
}

/** What decisions rely on. */
export function areFacts(value: unknown): value is ProfileFacts {
  if (!arePartFacts(value)) return false
  const { server, link, erased } = value as Partial<Profile>
  const isLink = link === undefined
    || (typeof link.userId === 'string' && Number.isFinite(link.untilMs) && Number.isFinite(link.signedMs) && Number.isFinite(link.openedMs) && isPlace(link.at))
  const isErasure = erased === undefined || (Number.isFinite(erased.atMs) && isPlace(erased.at))
  return isLink && isErasure && (server === undefined || arePartFacts(server))
}

function isMemory(value: unknown): value is PartMemory {
  const { recent, seen } = (value ?? {}) as Partial<PartMemory>
  return Array.isArray(recent) && seen instanceof Uint8Array
}

/** What `fold` relies on. */
function isProfile(value: unknown): value is Profile {
  const { firstSeenMs, lastSeenMs, serverMemory } = (value ?? {}) as Partial<Profile>
  const areNumbers = Number.isFinite(firstSeenMs) && Number.isFinite(lastSeenMs)
  return areFacts(value) && areNumbers && isMemory(value) && (serverMemory === undefined || isMemory(serverMemory))
}

/**
 * A profile as bytes: the format's version, then two MessagePack values, first what decisions ask for. Reading the rest of
 * a profile with 50 recent events would take them twice as long.
 */
export function encodeProfile({ recent, seen, serverMemory, firstSeenMs, lastSeenMs, ...facts }: Profile): Buffer {
  // The first is copied: the packer's next value may take its place.
  const head = Buffer.from(packr.pack(facts))
  return Buffer.concat([VERSION_BYTE, head, packr.pack({ recent, seen, ...(serverMemory ? { serverMemory } : {}), firstSeenMs, lastSeenMs })])
}

function refuseLater(version: number): void {
  if (version <= FORMAT_VERSION) return
  throw new ProfileFormatError(
    `a profile has format version ${version}, this service reads ${FORMAT_VERSION}: start the version that `
    + 'wrote it, or delete `profiles` in the data directory to have them folded anew from the log',
  )
}

/** The first value alone, or all of them as one. */
function unpackNew(bytes: Uint8Array, isWhole: boolean): unknown {
  const values: unknown[] = []
  packr.unpackMultiple(bytes, (value: unknown) => values.push(value) < 0 || isWhole)
  return isWhole ? Object.assign({}, ...values) : values[0]
}

function decode<Value>(bytes: Uint8Array, isWhole: boolean, isIt: (value: unknown) => value is Value): Value {
  const version = bytes[0] ?? 0
  refuseLater(version)
  try {
    const rest = bytes.subarray(1)
    const value = version === FORMAT_VERSION ? unpackNew(rest, isWhole) : readers[version]?.(packr.unpack(rest))
    if (isIt(value)) return value
  } catch (cause) {
    throw new ProfileDamagedError('a stored profile cannot be read', { cause })
  }
  throw new ProfileDamagedError('a stored profile is none')
}

/** @throws ProfileFormatError for bytes of a later format version, ProfileDamagedError for bytes that are no profile. */
export function decodeProfile(bytes: Uint8Array): Profile {
  return decode(bytes, true, isProfile)
}

/** The part that decisions ask for. @throws as {@link decodeProfile} does. */
export function decodeFacts(bytes: Uint8Array): ProfileFacts {
  return decode(bytes, false, areFacts)
}
