import { assert, constantFrom, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { acceptEvent } from '../../src/ingest/accept.ts'
import { asMeant, MAX_NAME_LENGTH, readInstant } from '../../src/ingest/as-meant.ts'
import { hashOf } from '../../src/profiles/seen.ts'

const SENT_AT = '2026-11-21T09:00:00.000Z'
const SENT_MS = Date.parse(SENT_AT)
const track = { type: 'track', messageId: 'm', timestamp: SENT_AT, event: 'Viewed' }

function meant(event: object): { [field: string]: unknown } | undefined {
  return acceptEvent(asMeant(event, SENT_MS)) as { [field: string]: unknown } | undefined
}

test.each([
  [5, '5'],
  [0, '0'],
  [-7, '-7'],
  [1.5, '1.5'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ['00417', '00417'],
])('%j as an id is the text %s', (id, text) => {
  expect(meant({ ...track, messageId: id })).toMatchObject({ messageId: text })
  expect(meant({ ...track, type: 'identify', userId: id })).toMatchObject({ userId: text })
  expect(meant({ ...track, type: 'group', groupId: id })).toMatchObject({ groupId: text })
  expect(meant({ ...track, type: 'alias', userId: id, previousId: id })).toMatchObject({
    userId: text,
    previousId: text,
  })
})

test.each([[Number.MAX_SAFE_INTEGER + 1], [1e21], [-1e300], [true], [{}], [['u1']]])(
  '%j as an id is none: its digits are lost, or it never had any',
  (id) => {
    expect(meant({ ...track, messageId: id })).toBeUndefined()
    expect(meant({ ...track, type: 'identify', userId: id })).toBeUndefined()
  },
)

test.each([null, ''])('%j as an id is as if it were absent', (id) => {
  expect(meant({ ...track, type: 'identify', userId: id, traits: { a: 1 } })).toEqual({
    type: 'identify',
    messageId: 'm',
    timestamp: SENT_AT,
    traits: { a: 1 },
  })
  expect(meant({ ...track, type: 'group', groupId: id })).toBeUndefined()
})

test('a message id of any length is taken, told apart from others, and the same each time', () => {
  const long = `${'x'.repeat(100)}y`
  const id = meant({ ...track, messageId: long })?.['messageId'] as string
  expect([id.length <= 100, id]).toEqual([true, meant({ ...track, messageId: long })?.['messageId']])
  expect(meant({ ...track, messageId: `${'x'.repeat(100)}z` })?.['messageId']).not.toBe(id)
  expect(hashOf(id)).not.toEqual(hashOf(long.slice(0, 100)))
  expect(meant({ ...track, messageId: 'x'.repeat(100) })?.['messageId']).toBe('x'.repeat(100))
})

test('names of any length and script are taken, cut to well-formed text of at most 200 units', () => {
  const unit = constantFrom('a', 'é', '中', '😀', '👩‍👩‍👧')
  assert(
    property(string({ unit, minLength: 1, maxLength: 300 }), (name) => {
      for (const [field, type] of [
        ['event', 'track'],
        ['name', 'page'],
      ] as const) {
        const kept = meant({ ...track, type, [field]: name })?.[field] as string
        expect(name.startsWith(kept) && kept.isWellFormed() && kept.length <= MAX_NAME_LENGTH).toBe(true)
        if (name.length <= MAX_NAME_LENGTH) expect(kept).toBe(name)
        else expect(kept.length).toBeGreaterThanOrEqual(MAX_NAME_LENGTH - 1)
      }
    }),
    { numRuns: 300 },
  )
  expect(meant({ ...track, event: 404 })).toMatchObject({ event: '404' })
  for (const event of [undefined, null, '', true, {}])
    expect([event, meant({ ...track, event })]).toEqual([event, undefined])
})

test('an empty list is the empty map that PHP means, and any other list is none', () => {
  expect(meant({ ...track, properties: [] })).toMatchObject({ properties: {} })
  expect(meant({ ...track, type: 'identify', traits: [], context: [], integrations: [] })).toMatchObject({ traits: {} })
  expect(meant({ ...track, type: 'identify', context: { traits: [] } })).toBeDefined()
  expect(meant({ ...track, properties: null })).not.toHaveProperty('properties')
  expect(meant({ ...track, properties: ['a'] })).toBeUndefined()
  expect(meant({ ...track, type: 'identify', traits: 'all' })).toBeUndefined()
})

test('traits around an identify count, those inside win, and an empty context changes nothing', () => {
  const identify = { ...track, type: 'identify' }
  const context = { traits: { plan: 'free', city: 'Bern' }, deep: { er: 1 } }
  expect(meant({ ...identify, context })).toMatchObject({ traits: { plan: 'free', city: 'Bern' } })
  expect(meant({ ...identify, context, traits: { plan: 'pro' } })).toMatchObject({
    traits: { plan: 'pro', city: 'Bern' },
  })
  expect(meant({ ...identify, context, traits: { plan: null } })).toMatchObject({
    traits: { plan: null, city: 'Bern' },
  })
  expect(meant({ ...identify, context, traits: [] })).toMatchObject({ traits: { plan: 'free', city: 'Bern' } })
  for (const none of [null, [], {}, { traits: null }, { traits: 'x' }, 'x']) {
    expect(meant({ ...identify, context: none })).not.toHaveProperty('traits')
  }
  expect(meant({ ...track, context })).not.toHaveProperty('traits')
})

test.each([
  ['2026-11-21T09:00:00Z', SENT_MS],
  ['2026-11-21T10:00:00.000+01:00', SENT_MS],
  ['2026-11-21T09:00:00.000000+00:00', SENT_MS],
  ['2026-11-21T09:00:00.123456789Z', SENT_MS + 123],
  ['2026-11-21T09:00:00', SENT_MS],
  ['2026-11-21 09:00:00.000000', SENT_MS],
  ['2026-11-21T09:00:00,5', SENT_MS + 500],
  ['2026-11-21 09:00:00 UTC', SENT_MS],
  ['2026-11-21 09:00:00 +0000', SENT_MS],
  ['Sat, 21 Nov 2026 09:00:00 GMT', SENT_MS],
  [SENT_MS, SENT_MS],
  [SENT_MS / 1000, SENT_MS],
  [`${SENT_MS}`, SENT_MS],
  [`${SENT_MS / 1000}`, SENT_MS],
  [SENT_MS / 1000 + 0.25, SENT_MS + 250],
  ['yesterday', undefined],
  ['', undefined],
  [-1, undefined],
  [1e300, undefined],
  [true, undefined],
  [{}, undefined],
  ['1'.repeat(5_000), undefined],
])('the instant %j is %s', (written, instantMs) => {
  expect(readInstant(written)).toBe(instantMs)
  // An event without an instant happened when it was sent.
  expect(meant({ ...track, timestamp: written })?.['timestamp']).toBe(new Date(instantMs ?? SENT_MS).toISOString())
})

test('what is no message is judged as it is', () => {
  for (const value of [null, 5, 'text', [], undefined]) expect(asMeant(value, SENT_MS)).toBe(value)
})
