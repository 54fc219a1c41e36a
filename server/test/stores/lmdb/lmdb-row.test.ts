import { expect, test } from 'vitest'
import { encodeProfile, ProfileDamagedError } from '../../../src/profiles/codec.ts'
import { fold } from '../../../src/profiles/fold.ts'
import { PROFILE_LIFE_S } from '../../../src/profiles/lifetime.ts'
import { decodeRow, encodeRow, isRowEnded } from '../../../src/stores/lmdb/lmdb-row.ts'

const PROFILE = Buffer.from([5, 1, 2, 3])
const rowAt = (lastSeenMs: number): Buffer => encodeRow('site', 'a', PROFILE, lastSeenMs)

test.each([
  [0, 0],
  [999, 0],
  [1_000, 1],
  [1_999.9, 1],
  [-1, 0],
  [Number.NaN, 0],
  [0xffff_ffff * 1_000, 0xffff_ffff],
  [0xffff_ffff * 1_000 + 1_000, 0xffff_ffff],
  [Infinity, 0xffff_ffff],
  [-Infinity, 0],
])(
  'a row of a profile that was last seen at %d ms keeps %d s, and nothing of it is damaged',
  (lastSeenMs, lastSeenS) => {
    expect(decodeRow('site', 'a', rowAt(lastSeenMs))).toEqual({ bytes: PROFILE, lastSeenS })
  },
)

test('a row holds its profile alone, of one byte or of a million', () => {
  for (const length of [1, 2, 1_000_000]) {
    const bytes = Buffer.alloc(length, 7)
    const row = encodeRow('site', 'a', bytes, 0)
    expect([row.length, decodeRow('site', 'a', row).bytes.equals(bytes)]).toEqual([length + 9, true])
  }
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['its first byte', rowAt(1).subarray(0, 1)],
  ['its header', rowAt(1).subarray(0, 9)],
  ['all but its last byte', rowAt(1).subarray(0, -1)],
  ['itself and a byte more', Buffer.concat([rowAt(1), Buffer.alloc(1)])],
  ['a header without a profile, soundly written', encodeRow('site', 'a', Buffer.alloc(0), 1)],
  ['a zero', Buffer.from([0, 1, 2, 3])],
  ['a version that is too late to be of before there were checksums', Buffer.from([0x20, 1, 2, 3])],
  ['the mark of a later row', Buffer.from([0x81, ...rowAt(1).subarray(1)])],
])('a row of %s is damaged', (_name, row) => {
  expect(() => decodeRow('site', 'a', row)).toThrow(ProfileDamagedError)
})

test.each([
  ['site', 'b'],
  ['sit', 'a'],
  ['site a', ''],
  ['', 'a'],
  ['SITE', 'a'],
])('a row of another place is damaged at %j, %j', (site, visitorId) => {
  expect(() => decodeRow(site, visitorId, rowAt(1))).toThrow(ProfileDamagedError)
})

test.each([1, 0x1f])(
  'a row that begins with %d is of before there were checksums, and is given as it is',
  (version) => {
    const row = Buffer.from([version, 9, 9])
    expect(decodeRow('any', 'place', row)).toEqual({ bytes: row, lastSeenS: undefined })
  },
)

test('a life is over in the second in which it ends, by the time of the row or, in an old one, of the profile', () => {
  const lastSeenMs = 5_000_000
  const event = { type: 'page', messageId: 'm', timestamp: '' } as const
  const bytes = encodeProfile(fold(undefined, { event, atMs: lastSeenMs }))
  for (const lastSeenS of [lastSeenMs / 1_000, undefined]) {
    const endS = lastSeenMs / 1_000 + PROFILE_LIFE_S
    expect([endS - 1, endS, endS + 1].map((nowS) => isRowEnded({ bytes, lastSeenS }, nowS))).toEqual([
      false,
      true,
      true,
    ])
  }
})
