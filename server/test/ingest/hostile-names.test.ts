import fc from 'fast-check'
import type { JsonObject } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { decodeRecord, encodeRecord } from '../../src/ingest/record.ts'
import { decodeFacts, decodeProfile, encodeProfile } from '../../src/profiles/codec.ts'
import { fold } from '../../src/profiles/fold.ts'
import { rowBase, rowFacts, rowValues } from '../../src/stores/cql/row.ts'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import { SENT_AT, startService } from '../support/start-service.ts'

/** Everything that a value of JSON inherits, and what else a program may look for on an object. */
const INHERITED = [Object, Function, Array, Promise, Map, String, Date, Buffer]
  .flatMap((type) => [...Object.getOwnPropertyNames(type.prototype), ...Object.getOwnPropertyNames(type)])
  .filter((name) => name !== '__proto__')

const NAMES = [
  ...new Set([
    ...INHERITED,
    'then',
    'catch',
    'toJSON',
    'toBSON',
    'inspect',
    'type',
    'kind',
    'site',
    '',
    '0',
    '007',
    '1e3',
    '-1',
    'a.b',
    '.',
    '..',
    '$eq',
    ' ',
  ]),
]

const PLAIN = ['text', '', 0, 7, true, false, null]

const name = fc.constantFrom(...NAMES)
const value = fc.oneof(
  fc.constantFrom(...PLAIN),
  fc.dictionary(name, fc.constantFrom(...PLAIN), { maxKeys: 3 }),
  fc.array(fc.constantFrom(...PLAIN), { maxLength: 3 }),
)
const object = fc
  .dictionary(name, value, { maxKeys: 5 })
  .map((given) => JSON.parse(JSON.stringify(given)) as JsonObject)

test('an event whose names are whatever objects inherit goes into the log and a profile, and comes back as it was', () => {
  fc.assert(
    fc.property(name, object, object, (event, properties, traits) => {
      const base = { kind: 'event' as const, site: 'site', visitorId: 'v', receivedMs: 2, atMs: 1 }
      const tracked = {
        ...base,
        event: { type: 'track' as const, event, messageId: 'a', timestamp: SENT_AT, properties },
      }
      const identified = { ...base, event: { type: 'identify' as const, messageId: 'b', timestamp: SENT_AT, traits } }
      const records = [tracked, identified].map((record) => decodeRecord(encodeRecord(record)))
      expect(records).toEqual([tracked, identified])
      const profile = [tracked, identified].reduce(
        (before, record) => fold(before, record),
        fold(undefined, { atMs: 1, event: { type: 'page', messageId: 'c', timestamp: SENT_AT } }),
      )
      expect(Object.entries(profile.events)).toEqual([[event, 1]])
      expect(decodeProfile(encodeProfile(profile))).toEqual({ ...profile, seen: Buffer.from(profile.seen) })
      expect(decodeFacts(encodeProfile(profile))).toMatchObject({ events: { [event]: 1 }, traits: profile.traits })
      const row = {
        row: rowValues(
          { site: 'site', visitorId: 'v', profile, position: { epoch: 1, offset: 1, writtenUs: 1 } },
          2,
        )[2] as Buffer,
        epoch: 1,
        log_offset: 1n,
        written_us: 1n,
      }
      expect(rowFacts(row)).toMatchObject({ events: { [event]: 1 } })
      expect(rowBase(row).profile).toMatchObject({ traits: profile.traits })
    }),
    { numRuns: 500 },
  )
})

test('over HTTP such names are folded, and so is what everybody sends after them', { timeout: 60_000 }, async () => {
  const { service, decide, batch, dataDirectory, logLines } = await startService()
  const token = (await decide()).body.token as string
  const traits: JsonObject = Object.fromEntries(NAMES.slice(0, 150).map((one) => [one, 1]))
  const events = NAMES.filter((one) => one !== '').flatMap((one, index) => [
    { type: 'track', event: one, messageId: `t${index}`, timestamp: SENT_AT, properties: { [one]: { [one]: one } } },
    {
      type: 'track',
      event: 'pp:assigned',
      messageId: `a${index}`,
      timestamp: SENT_AT,
      properties: { experience: one, variant: one, outcome: 'shown' },
    },
    { type: 'identify', messageId: `i${index}`, timestamp: SENT_AT, traits: { ...traits, [one]: { [one]: one } } },
  ])
  for (let start = 0; start < events.length; start += 15) {
    const answer = await batch(token, events.slice(start, start + 15))
    expect([answer.status, answer.body.results.every((result) => result === 'accepted')]).toEqual([200, true])
  }
  const other = (await decide()).body.token as string
  await batch(other, [
    { type: 'track', event: 'Order Completed', messageId: 'o', timestamp: SENT_AT },
    { type: 'identify', messageId: 'p', timestamp: SENT_AT, traits: { plan: 'pro' } },
  ])
  await service.caughtUp()
  expect((await decide({ token: other })).body.slots['headline']).toMatchObject({ experience: 'thanks' })
  const store = openLmdbStore(`${dataDirectory}/profiles`, { isReadOnly: true })
  const facts = await store.readFacts('agency', token.split('.')[0] as string)
  await store.close()
  expect(Object.keys(facts?.events ?? {})).toEqual(
    expect.arrayContaining(['constructor', 'toString', 'hasOwnProperty']),
  )
  expect(Object.hasOwn(facts?.traits ?? {}, 'toString')).toBe(true)
  expect(logLines.filter(({ level }) => Number(level) >= 40)).toEqual([])
})
