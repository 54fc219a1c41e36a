import { expect, test } from 'vitest'
import { encodeProfile, ProfileDamagedError } from '../../../src/profiles/codec.ts'
import { PROFILE_LIFE_S } from '../../../src/profiles/lifetime.ts'
import { newProfile } from '../../../src/profiles/profile.ts'
import { rowBase, rowFacts, rowValues, ttlS } from '../../../src/stores/cql/row.ts'

const SEEN_MS = 1_000_000
const profile = { ...newProfile(SEEN_MS), pageViews: 3 }
const position = { epoch: 2, offset: 7, writtenUs: 9 }
const columns = { epoch: 2, log_offset: 7n, written_us: 9n }

test('what is written is read again, and what was erased is nothing at its place', () => {
  const write = { site: 'site', visitorId: 'v', profile, position }
  const [site, visitorId, bytes, epoch, offset, writtenUs, timestamp] = rowValues(write, SEEN_MS)
  expect([site, visitorId, epoch, offset, writtenUs, timestamp]).toEqual(['site', 'v', 2, 7n, 9n, 9n])
  expect(rowFacts({ row: bytes })).toMatchObject({ pageViews: 3 })
  expect(rowBase({ row: bytes, ...columns })).toMatchObject({
    profile: { pageViews: 3, lastSeenMs: SEEN_MS },
    position,
  })
  const erased = rowValues({ ...write, profile: undefined }, SEEN_MS)[2] as Buffer
  expect(erased).toHaveLength(0)
  expect(rowFacts({ row: erased })).toBeUndefined()
  expect(rowBase({ row: erased, ...columns })).toEqual({ profile: undefined, position })
})

test('a place as large as a log may be is kept exactly', () => {
  const largest = { epoch: 2 ** 31 - 1, offset: Number.MAX_SAFE_INTEGER, writtenUs: Number.MAX_SAFE_INTEGER }
  const [, , row, epoch, offset, writtenUs] = rowValues({ site: 's', visitorId: 'v', profile, position: largest }, 0)
  expect(rowBase({ row, epoch, log_offset: offset, written_us: writtenUs }).position).toEqual(largest)
})

test('damaged bytes are no profile for folding, and an error for a decision', () => {
  const row = encodeProfile(profile).subarray(0, 20)
  expect(rowBase({ row, ...columns })).toEqual({ profile: undefined, isDamaged: true, position })
  expect(() => rowFacts({ row: Buffer.from([5]) })).toThrow(ProfileDamagedError)
})

test.each([
  ['one of now', SEEN_MS, PROFILE_LIFE_S],
  ['one of half a second ago', SEEN_MS + 499, PROFILE_LIFE_S],
  ['one of a second ago', SEEN_MS + 1_000, PROFILE_LIFE_S - 1],
  ['one by a clock that is ahead', SEEN_MS - 1_000, PROFILE_LIFE_S + 1],
  ['one in its last second', SEEN_MS + (PROFILE_LIFE_S - 1) * 1_000, 1],
  ['one whose life is over', SEEN_MS + PROFILE_LIFE_S * 1_000, 1],
  ['one whose life has been over for long', SEEN_MS * 1_000_000, 1],
])('a row of %s lives so long, and never for ever', (_name, nowMs, lifeS) => {
  expect(ttlS(profile, nowMs)).toBe(lifeS)
})

test('what was erased is kept as erased for a whole life', () => {
  expect([ttlS(undefined, SEEN_MS), ttlS(undefined, SEEN_MS, 60), ttlS(profile, SEEN_MS, 60)]).toEqual([
    PROFILE_LIFE_S,
    60,
    60,
  ])
})
