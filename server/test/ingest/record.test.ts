import { Packr } from 'msgpackr'
import { expect, test } from 'vitest'
import {
  decodeRecord,
  encodeRecord,
  type FeaturesRecord,
  type StoredRecord,
  UnknownKindError,
} from '../../src/ingest/record.ts'
import { UNTOLD_KIND } from '../../src/streams/log.ts'

const base = { site: 'site', visitorId: 'v', receivedMs: 2 }
const page = { type: 'page', messageId: 'm', timestamp: '2026-11-21T09:00:00.000Z' } as const
const identify = { ...page, type: 'identify', userId: 'u' } as const
const ofSite = { site: 'site', receivedMs: 2 }
const definition = { kind: 'ever', event: 'Viewed' } as const
const count = (withinMs: unknown) => ({ kind: 'count', event: 'Viewed', withinMs })
const many = (length: number) => Array.from({ length }, (_none, index) => ({ id: `f${index}`, definition }))
const facts = { traits: {}, events: {}, pageViews: 0, assignments: {}, shown: {} }

const decode = (kind: number, content: unknown, keyId = 0): StoredRecord =>
  decodeRecord({ kind, keyId, payload: Buffer.from(JSON.stringify(content)) })

/** A record of the first format. */
const old = (content: unknown, isDoubtful?: true): StoredRecord =>
  decodeRecord({
    kind: UNTOLD_KIND,
    keyId: 0,
    payload: new Packr({ useRecords: false }).pack(content),
    ...(isDoubtful ? { isDoubtful } : {}),
  })

test.each<[string, number, StoredRecord]>([
  ['an event', 1, { kind: 'event', ...base, atMs: 1, event: page }],
  ['an event with a key', 1, { kind: 'event', ...base, atMs: 1, event: page, keyId: 2 }],
  ['an event of an import', 1, { kind: 'event', ...base, atMs: 1, event: page, keyId: 2, imported: true }],
  ['an event of 1970', 1, { kind: 'event', ...base, receivedMs: 0, atMs: 0, event: page }],
  [
    'an event of the longest names',
    1,
    { kind: 'event', ...base, site: 's'.repeat(64), visitorId: '~'.repeat(100), atMs: 1, event: page },
  ],
  ['a link', 2, { kind: 'link', ...base, atMs: 1, event: identify }],
  [
    'a link with all that it may carry',
    2,
    { kind: 'link', ...base, atMs: 1, event: identify, untilMs: 9, signedMs: 0, facts },
  ],
  ['an erasure', 3, { kind: 'erasure', ...base }],
])('%s comes back from the log as it went in', (_name, kind, record) => {
  const entry = encodeRecord(record)
  expect([entry.kind, entry.events, entry.keyId]).toEqual([kind, 1, (record as { keyId?: number }).keyId ?? 0])
  expect(String(entry.payload)).not.toMatch(/"(kind|keyId)":/)
  expect(decodeRecord(entry)).toEqual(record)
})

test.each<[string, FeaturesRecord['features']]>([
  ['no feature', []],
  ['as many features as a site may have', many(64)],
  ['a feature that was in force before', [{ id: 'a', definition, sinceOffset: 0 }]],
  ['a feature of a kind that comes later', [{ id: 'a', definition: { kind: 'later', more: 1 } as never }]],
])('%s come back from the log as they went in, and as no event', (_name, features) => {
  const record = { kind: 'features', ...ofSite, features } as const
  const entry = encodeRecord(record)
  expect([entry.kind, entry.events, entry.keyId]).toEqual([4, 0, 0])
  expect(decodeRecord(entry)).toEqual(record)
})

test('a kind that comes later is told from damage, whatever its payload is', () => {
  expect(() => decodeRecord({ kind: 200, keyId: 0, payload: Buffer.from([0]) })).toThrow(UnknownKindError)
})

test('only what is known of a record is read, and a payload cannot say of what kind it is or by which key it came', () => {
  const forged = { ...base, atMs: 1, event: page, kind: 'erasure', keyId: 2, isErasure: true, isLinked: true, more: 1 }
  expect(decode(1, forged)).toEqual({ kind: 'event', ...base, atMs: 1, event: page })
  expect(decode(3, { ...base, event: page, atMs: 1 })).toEqual({ kind: 'erasure', ...base })
})

test('a payload that is a part of a larger buffer is read alone', () => {
  const { payload } = encodeRecord({ kind: 'erasure', ...base })
  const around = Buffer.concat([Buffer.from('{"x'), payload, Buffer.from('}}')])
  expect(decodeRecord({ kind: 3, keyId: 0, payload: around.subarray(3, 3 + payload.length) })).toMatchObject(base)
})

test.each<[string, number, unknown, string]>([
  ['null', 1, null, 'is no record'],
  ['a number', 1, 7, 'is no record'],
  ['a text', 3, 'x', 'is no record'],
  ['a list', 3, [base], 'is no record'],
  ['an empty object', 1, {}, 'names no site'],
  ['an empty site', 3, { ...base, site: '' }, 'names no site'],
  ['a site that is too long', 3, { ...base, site: 's'.repeat(65) }, 'names no site'],
  ['a site that is a path', 3, { ...base, site: '../x' }, 'names no site'],
  ['a site that begins with a dash', 3, { ...base, site: '-a' }, 'names no site'],
  ['a site that is a list', 3, { ...base, site: ['site'] }, 'names no site'],
  ['an empty visitor', 3, { ...base, visitorId: '' }, 'names no visitor'],
  ['a visitor that is too long', 3, { ...base, visitorId: 'v'.repeat(101) }, 'names no visitor'],
  ['a visitor with a space', 3, { ...base, visitorId: 'a b' }, 'names no visitor'],
  ['a visitor with a line', 3, { ...base, visitorId: 'a\n' }, 'names no visitor'],
  ['a visitor beyond ASCII', 3, { ...base, visitorId: 'é' }, 'names no visitor'],
  ['no time', 3, { ...base, receivedMs: undefined }, 'has no time'],
  ['a time that JSON has none of', 3, { ...base, receivedMs: Infinity }, 'has no time'],
  ['a time that is a text', 3, { ...base, receivedMs: '2' }, 'has no time'],
  ['an event without its time', 1, { ...base, event: page }, 'has no event'],
  ['no event', 1, { ...base, atMs: 1 }, 'has no event'],
  ['an event that is null', 1, { ...base, atMs: 1, event: null }, 'has no event'],
  ['an event that is a list', 1, { ...base, atMs: 1, event: [] }, 'has no event'],
  ['a link of nobody', 2, { ...base, atMs: 1, event: page }, 'is nobody’s'],
  ['a link of a number', 2, { ...base, atMs: 1, event: { ...identify, userId: 1 } }, 'is nobody’s'],
  ['a link with facts that are none', 2, { ...base, atMs: 1, event: identify, facts: {} }, 'facts that are none'],
  ['a link with facts that are null', 2, { ...base, atMs: 1, event: identify, facts: null }, 'facts that are none'],
  ['features of nobody', 4, { receivedMs: 1, features: [] }, 'names no site'],
  ['features without a time', 4, { site: 'site', features: [] }, 'names no visitor'],
  ['features that are no list', 4, { ...ofSite, features: {} }, 'features that are none'],
  ['more features than a site may have', 4, { ...ofSite, features: many(65) }, 'features that are none'],
  ['a feature without an id', 4, { ...ofSite, features: [{ definition }] }, 'features that are none'],
  ['a feature whose id is no key', 4, { ...ofSite, features: [{ id: '__proto__', definition }] }, 'that are none'],
  ['a feature without a definition', 4, { ...ofSite, features: [{ id: 'a' }] }, 'features that are none'],
  ['a feature of no kind', 4, { ...ofSite, features: [{ id: 'a', definition: {} }] }, 'features that are none'],
  ['a count without a window', 4, { ...ofSite, features: [{ id: 'a', definition: count(undefined) }] }, 'are none'],
  ['a count in a window of no time', 4, { ...ofSite, features: [{ id: 'a', definition: count(0) }] }, 'are none'],
  ['a count in a window of a text', 4, { ...ofSite, features: [{ id: 'a', definition: count('7d') }] }, 'are none'],
  ['a place that is none', 4, { ...ofSite, features: [{ id: 'a', definition, sinceOffset: -1 }] }, 'are none'],
  ['a kind that comes later', 99, { ...base, atMs: 1, event: page }, 'is of kind 99'],
  ['TV that is no list', 5, { ...ofSite, statements: {} }, 'says nothing of TV'],
  [
    'TV that ends before it begins',
    5,
    { ...ofSite, statements: [{ feed: 'f', source: 'cue', range: { fromMs: 2, toMs: 1 } }] },
    'ends before it begins',
  ],
  ['the last kind', 255, { ...base, atMs: 1, event: identify }, 'is of kind 255'],
])('%s is no record', (_name, kind, content, why) => {
  expect(() => decode(kind, content)).toThrow(why)
  expect(() => decode(kind, content)).toThrow(TypeError)
})

test.each([[''], ['{'], ['{"site":"site"'], ['\u0000']])('%j is no JSON', (payload) => {
  expect(() => decodeRecord({ kind: 1, keyId: 0, payload: Buffer.from(payload) })).toThrow(SyntaxError)
})

test('times of a link that are none are left out: it links nobody', () => {
  expect(decode(2, { ...base, atMs: 1, event: identify, untilMs: null, signedMs: '5' })).toEqual({
    kind: 'link',
    ...base,
    atMs: 1,
    event: identify,
  })
})

test('a record of the first format says in itself what it is, and never by which key it came', () => {
  const event = { ...base, atMs: 1, event: page }
  expect(old({ ...event, keyId: 2 })).toEqual({ kind: 'event', ...event })
  expect(old({ ...base, isErasure: true })).toEqual({ kind: 'erasure', ...base })
  expect(old({ ...base, atMs: 1, event: identify, isLinked: true })).toMatchObject({ kind: 'link', event: identify })
  expect(old({ ...event, isErasure: 1, isLinked: 'true' })).toMatchObject({ kind: 'event' })
  expect(() => old(undefined)).toThrow('is no record')
  expect(() => old(new Date(5))).toThrow('is no record')
})

test('of the first format nothing that was found behind damage links or erases anybody', () => {
  const event = { ...base, atMs: 1, event: page }
  expect(old(event, true)).toEqual({ kind: 'event', ...event })
  expect(() => old({ ...base, isErasure: true }, true)).toThrow('behind damage')
  expect(() => old({ ...base, atMs: 1, event: identify, isLinked: true }, true)).toThrow('behind damage')
})
