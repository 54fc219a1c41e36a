import { decodeFacts, decodeProfile, encodeProfile } from '../../profiles/codec.ts'
import { PROFILE_LIFE_S } from '../../profiles/lifetime.ts'
import type { Profile, ReadFacts } from '../../profiles/profile.ts'
import { baseOf, type ProfileBase, type ProfileWrite } from '../store.ts'
import type { CqlRow, CqlValue } from './driver/session.ts'

/** Row of an erased profile. */
const ERASED = Buffer.alloc(0)

/** The bytes of a row; undefined for one that was erased. */
function bytesOf(row: CqlRow): Buffer | undefined {
  const bytes = row['row'] as Buffer
  return bytes.length === 0 ? undefined : bytes
}

/** Returns the facts that decisions read, from an answer of `readRow`. */
export function rowFacts(row: CqlRow): ReadFacts | undefined {
  const bytes = bytesOf(row)
  return bytes && decodeFacts(bytes)
}

/** An answer of `readBase`. */
export function rowBase(row: CqlRow): ProfileBase {
  const { epoch, log_offset: offset, written_us: writtenUs } = row
  const position = { epoch: Number(epoch), offset: Number(offset), writtenUs: Number(writtenUs) }
  const bytes = bytesOf(row)
  return baseOf(() => bytes && decodeProfile(bytes), position)
}

/** The time that a row has to live: from event time, so that one that is written again does not live longer. */
export function ttlS(profile: Profile | undefined, nowMs: number, lifeS = PROFILE_LIFE_S): number {
  const sinceS = profile === undefined ? 0 : (nowMs - profile.lastSeenMs) / 1_000
  return Math.max(1, Math.round(lifeS - sinceS))
}

/** Returns the values of `writeRow`. @param lifeS life of a profile after its last event, in seconds. */
export function rowValues(
  { site, visitorId, profile, position }: ProfileWrite,
  nowMs: number,
  lifeS = PROFILE_LIFE_S,
): CqlValue[] {
  const { epoch, offset, writtenUs } = position
  const bytes = profile === undefined ? ERASED : encodeProfile(profile)
  return [
    site,
    visitorId,
    bytes,
    epoch,
    BigInt(offset),
    BigInt(writtenUs),
    BigInt(writtenUs),
    ttlS(profile, nowMs, lifeS),
  ]
}
