import { crc32 } from 'node:zlib'
import { open } from 'lmdb'
import { Packr } from 'msgpackr'
import { expect, test } from 'vitest'
import {
  decodeFacts,
  decodeProfile,
  encodeProfile,
  ProfileDamagedError,
  ProfileFormatError,
} from '../../../src/profiles/codec.ts'
import { compileSite } from '../../../src/profiles/features/site-features.ts'
import { fold } from '../../../src/profiles/fold.ts'
import type { Profile } from '../../../src/profiles/profile.ts'
import { type LmdbPlace, openLmdbStore, openLmdbTables } from '../../../src/stores/lmdb/lmdb.ts'
import { decodeRow, encodeRow } from '../../../src/stores/lmdb/lmdb-row.ts'
import { temporaryDirectory } from '../../support/start-service.ts'
import { testStore } from '../../support/store-contract.ts'

const place = (offset: number) => ({ epoch: 0, offset })
const VIEWS = { id: 'views', definition: { kind: 'ever', event: 'pp:page' } } as const
const PAGE = { type: 'page', messageId: 'm', timestamp: '' } as const

testStore('lmdb', async (directory) => openLmdbStore(directory))

test('stored bytes begin with their format version, and those of a later one are refused', async () => {
  const event = { type: 'page', messageId: 'm', timestamp: '' } as const
  const bytes = encodeProfile(fold(undefined, { event, atMs: 1 }))
  expect(bytes[0]).toBe(6)
  bytes[0] = 7
  // What nobody has written is damage, and no later version.
  expect(() => decodeProfile(bytes)).toThrow(ProfileDamagedError)
  bytes.writeUInt32LE(crc32(bytes.subarray(5), 7), 1)
  expect(() => decodeProfile(bytes)).toThrow(ProfileFormatError)

  const directory = await temporaryDirectory()
  const root = open({ path: directory, maxDbs: 2 })
  await root.openDB({ name: 'profiles', encoding: 'binary' }).put(['site', 'a'], bytes)
  await root.close()
  const store = openLmdbStore(directory)
  expect(() => store.readFacts('site', 'a')).toThrow(/format version 7/)
  await store.close()
})

test('a profile of the first format knows the messages of its recent events', () => {
  const event = { type: 'track', event: 'Viewed', messageId: 'old', timestamp: '' } as const
  const counts = { traits: {}, events: { Viewed: 1 }, pageViews: 0, firstSeenMs: 1, lastSeenMs: 1 }
  const first = { ...counts, recent: [{ id: 'old', name: 'Viewed', atMs: 1 }] }
  const bytes = Buffer.concat([Buffer.from([1]), new Packr({ useRecords: false }).pack(first)])
  const profile = decodeProfile(bytes)
  expect(profile).toMatchObject({ events: { Viewed: 1 }, recent: [{ name: 'Viewed', atMs: 1 }] })
  expect(fold(profile, { event, atMs: 2 })).toBe(profile)
})

test('decisions read the facts of every format, and of the present one the messages that are in them', () => {
  const profile = fold(undefined, { event: PAGE, atMs: 1 })
  const { recent, seen, firstSeenMs, lastSeenMs, ...facts } = profile
  expect(decodeProfile(encodeProfile(profile))).toEqual({
    ...facts,
    recent,
    seen: Buffer.from(seen),
    firstSeenMs,
    lastSeenMs,
  })
  expect(decodeFacts(encodeProfile(profile))).toEqual({ ...facts, seen: Buffer.from(seen) })
  expect(decodeFacts(encodeProfile(profile), { mayLackSeen: true })).toEqual(facts)
  const third = Buffer.concat([Buffer.from([3]), new Packr({ useRecords: false }).pack(profile)])
  expect(decodeFacts(third)).toMatchObject(facts)
  expect(decodeProfile(third)).toEqual(decodeProfile(encodeProfile(profile)))
})

test('a store that nothing was folded into says so, until the first commit', async () => {
  const store = openLmdbStore(await temporaryDirectory())
  expect(await store.resumePoint()).toEqual({ epoch: 0, offset: 0, from: 0, isNew: true })
  await store.commit([], { epoch: 2, offset: 5 })
  expect(await store.resumePoint()).toEqual({ epoch: 2, offset: 5, from: 5 })
  await store.close()
})

test('definitions that are damaged are told, and declared anew', async () => {
  const directory = await temporaryDirectory()
  const { root, meta } = openLmdbTables(directory)
  await meta.put('definitions site', '00000000 {"features":[]}')
  await root.close()
  let damages = 0
  const store = openLmdbStore(directory, { onDamage: () => damages++ })
  expect([await store.readDefinitions(), damages]).toEqual([new Map(), 1])
  await store.close()
})

test('a profile of the fifth format does not know where it began, and is folded on', () => {
  const fifth = encodeProfile(fold(undefined, { event: PAGE, atMs: 1 }))
  fifth[0] = 5
  fifth.writeUInt32LE(crc32(fifth.subarray(5), 5), 1)
  expect(decodeFacts(fifth)).not.toHaveProperty('began')
  const features = compileSite({ features: [{ ...VIEWS, since: place(1) }], at: place(1), writtenUs: 1 })
  const after = fold(decodeProfile(fifth), { event: { ...PAGE, messageId: 'n' }, atMs: 2, at: place(2), features })
  expect(after).toMatchObject({ pageViews: 2, features: { at: place(2) } })
  expect(after).not.toHaveProperty('began')
  expect(decodeProfile(encodeProfile(after))).toEqual(after)
})

test.each([
  ['a place that is none', { began: { epoch: 0 } }],
  ['features without states', { features: { at: place(1) } }],
  ['features of an unknown place', { features: { states: {}, at: null } }],
  ['features that are filled up to nowhere', { features: { states: {}, at: place(1), filled: 7 } }],
])('a profile with %s is damaged', (_name, more) => {
  const profile = { ...fold(undefined, { event: PAGE, atMs: 1 }), ...more } as Profile
  expect(() => decodeFacts(encodeProfile(profile))).toThrow(ProfileDamagedError)
})

test('a profile of the second format has been shown nothing yet', () => {
  const second = {
    traits: {},
    events: {},
    pageViews: 3,
    recent: [],
    seen: Buffer.alloc(0),
    firstSeenMs: 1,
    lastSeenMs: 1,
  }
  const bytes = Buffer.concat([Buffer.from([2]), new Packr({ useRecords: false }).pack(second)])
  expect(decodeProfile(bytes)).toMatchObject({ pageViews: 3, assignments: {}, shown: {} })
})

test.each([
  ['nothing', []],
  ['a version before the first', [0, 0x80]],
  ['no MessagePack', [4, 0xc1]],
  ['MessagePack that is cut', [4, 0x82, 0xa1]],
  ['facts and nothing behind them', encodeProfile(fold(undefined, { event: PAGE, atMs: 1 })).subarray(0, 60)],
  ['the present version and nothing else', [5]],
  ['a number', [4, 7]],
  ['two objects that are no profile', [4, 0x80, 0x80]],
  ['an object of the third format that is no profile', [3, 0x80]],
  ['an object of the second format that is no profile', [2, 0x80]],
  ['an old object that is no profile', [1, 0x80]],
])('stored bytes with %s are damaged', (_name, bytes) => {
  expect(() => decodeProfile(Buffer.from(bytes))).toThrow(ProfileDamagedError)
})

test('a row that is not what was written is damaged, wherever a bit was flipped', () => {
  const profile = encodeProfile(fold(undefined, { event: PAGE, atMs: 5_000 }))
  const row = encodeRow('site', 'a', profile, 5_000)
  expect(decodeRow('site', 'a', row)).toEqual({ bytes: profile, lastSeenS: 5 })
  expect(() => decodeRow('site', 'b', row)).toThrow(ProfileDamagedError)
  for (let bit = 0; bit < row.length * 8; bit++) {
    const flipped = Buffer.from(row)
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
    expect(() => decodeRow('site', 'a', flipped), `bit ${bit}`).toThrow(ProfileDamagedError)
  }
})

test('a profile whose life is over is not read, and is removed by and by; one that was seen again stays', async () => {
  const day = 86_400_000
  let nowMs = 400 * day
  const store = openLmdbStore(await temporaryDirectory(), { now: () => nowMs })
  const write = (visitorId: string, atMs: number) => {
    const position = { epoch: 0, offset: 1, writtenUs: 1 }
    return { site: 'site', visitorId, profile: fold(undefined, { event: PAGE, atMs }), position }
  }
  const old = Array.from({ length: 25 }, (_, index) => write(`old${index}`, 9 * day))
  await store.commit([...old, write('young', 11 * day)], { epoch: 0, offset: 1 })
  expect(store.readFacts('site', 'old3')).toBeUndefined()
  expect(store.readFacts('site', 'young')).toBeDefined()
  const removed: number[] = []
  let place: LmdbPlace | undefined
  do {
    const step = await store.removeEnded(place, 10)
    removed.push(step.removed)
    place = step.place
  } while (place)
  expect(removed).toEqual([10, 10, 5])
  nowMs = 0
  expect(store.readFacts('site', 'old3')).toBeUndefined()
  expect(store.readFacts('site', 'young')).toBeDefined()
  await store.close()
})

const write = (visitorId: string, offset = 1) => ({
  site: 'site',
  visitorId,
  profile: fold(undefined, { event: PAGE, atMs: 1 }),
  position: { epoch: 0, offset, writtenUs: 1 },
})

test('a commit under way when the store is closed is kept, and afterwards nothing is read or written', async () => {
  const directory = await temporaryDirectory()
  const store = openLmdbStore(directory)
  const commit = store.commit([write('a', 7)], { epoch: 0, offset: 7 })
  await store.close()
  await commit
  await store.close()
  expect(() => store.readFacts('site', 'a')).toThrow()
  await expect(store.base('site', 'a')).rejects.toThrow()
  await expect(store.commit([write('b', 8)], { epoch: 0, offset: 8 })).rejects.toThrow()
  await expect(store.resumePoint()).rejects.toThrow()
  await expect(store.removeEnded(undefined, 1)).rejects.toThrow()
  const again = openLmdbStore(directory, { isReadOnly: true })
  expect([(await again.resumePoint()).offset, await again.readFacts('site', 'b')]).toEqual([7, undefined])
  expect(await again.readFacts('site', 'a')).toBeDefined()
  await again.close()
})

test('a store that is opened for reading writes nothing, beside one that writes', async () => {
  const directory = await temporaryDirectory()
  const store = openLmdbStore(directory)
  await store.commit([write('a')], { epoch: 0, offset: 1 })
  const reader = openLmdbStore(directory, { isReadOnly: true })
  await expect(reader.commit([write('b')], { epoch: 0, offset: 2 })).rejects.toThrow()
  await store.commit([write('c')], { epoch: 0, offset: 3 })
  const known = await Promise.all(['a', 'b', 'c'].map(async (id) => Boolean((await reader.base('site', id))?.profile)))
  expect(known).toEqual([true, false, true])
  await reader.close()
  await store.close()
})

test('of two writes of one profile in a commit the later counts, and a thousand are one commit', async () => {
  const store = openLmdbStore(await temporaryDirectory())
  const many = Array.from({ length: 1_000 }, (_, index) => write(`v${index}`))
  await store.commit([...many, { ...write('v5'), profile: undefined }], { epoch: 0, offset: 2 ** 52 })
  expect([await store.readFacts('site', 'v5'), (await store.resumePoint()).offset]).toEqual([undefined, 2 ** 52])
  expect(await store.readFacts('site', 'v999')).toBeDefined()
  await store.close()
})

test('names as long as they may be are keys, and longer ones write nothing of their commit', async () => {
  const store = openLmdbStore(await temporaryDirectory())
  const longest = { ...write('~'.repeat(100)), site: 's'.repeat(64) }
  await store.commit([longest], { epoch: 0, offset: 1 })
  expect(await store.readFacts(longest.site, longest.visitorId)).toBeDefined()
  // Of the bytes that a name may have 4 are its site's.
  await store.commit([write('é'.repeat(948))], { epoch: 0, offset: 2 })
  expect(await store.readFacts('site', 'é'.repeat(948))).toBeDefined()
  for (const length of [1_897, 5_000]) {
    const tooLong = write('x'.repeat(length))
    await expect(store.commit([write('a'), tooLong], { epoch: 0, offset: 3 })).rejects.toMatchObject({
      name: 'RowsError',
      writes: [tooLong],
    })
  }
  expect([await store.readFacts('site', 'a'), (await store.resumePoint()).offset]).toEqual([undefined, 2])
  await store.close()
})
