import { Packr } from 'msgpackr'
import type { Profile, RecentEvent } from './profile.ts'
import { hashOf } from './seen.ts'

/** First byte of every stored profile. A {@link Profile} that old bytes do not satisfy takes the next number. */
const FORMAT_VERSION = 3

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

/** What each format version becomes. */
const readers: { readonly [version: number]: (value: unknown) => unknown } = {
  1: (value) => fromSecond(fromFirst(value as FirstProfile)),
  2: (value) => fromSecond(value as SecondProfile),
  [FORMAT_VERSION]: (value) => value,
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What `fold` and the conditions rely on. */
function isProfile(value: unknown): value is Profile {
  const profile = (value ?? {}) as Partial<Profile>
  const { traits, events, assignments, shown, pageViews, recent, seen, firstSeenMs, lastSeenMs } = profile
  const areObjects = [traits, events, assignments, shown].every(isObject)
  const areNumbers = [pageViews, firstSeenMs, lastSeenMs].every(Number.isFinite)
  return areObjects && areNumbers && Array.isArray(recent) && seen instanceof Uint8Array
}

/** A profile as bytes: the format's version, then MessagePack. */
export function encodeProfile(profile: Profile): Buffer {
  const packed = packr.pack(profile)
  const bytes = Buffer.allocUnsafe(packed.byteLength + 1)
  bytes[0] = FORMAT_VERSION
  bytes.set(packed, 1)
  return bytes
}

/** @throws ProfileFormatError for bytes of a later format version, ProfileDamagedError for bytes that are no profile. */
export function decodeProfile(bytes: Uint8Array): Profile {
  const version = bytes[0] ?? 0
  if (version > FORMAT_VERSION) {
    throw new ProfileFormatError(
      `a profile has format version ${version}, this service reads ${FORMAT_VERSION}: start the version that `
      + 'wrote it, or delete `profiles` in the data directory to have them folded anew from the log',
    )
  }
  try {
    const value = readers[version]?.(packr.unpack(bytes.subarray(1)))
    if (isProfile(value)) return value
  } catch (cause) {
    throw new ProfileDamagedError('a stored profile cannot be read', { cause })
  }
  throw new ProfileDamagedError('a stored profile is none')
}
