import { expect, test } from 'vitest'
import { anonymousProfileId, userProfileId } from '../../src/identity/profile-id.ts'
import { readSegmentMessage } from '../../src/ingest/segment-api.ts'

const read = (value: unknown, withoutUserId = false) =>
  readSegmentMessage(value, { verifyToken: (token) => (token === 'signed' ? 'visitor' : undefined), withoutUserId })

const LONGEST = '😀'.repeat(100)

test.each<[string, object, string | undefined]>([
  ['nobody', {}, undefined],
  ['empty ids', { userId: '', anonymousId: '' }, undefined],
  ['null', { userId: null, anonymousId: null }, undefined],
  ['a user', { userId: 'u' }, userProfileId('u')],
  ['a user by number', { userId: 7 }, userProfileId('7')],
  ['user 0', { userId: 0 }, userProfileId('0')],
  ['a user of the longest id', { userId: LONGEST }, userProfileId(LONGEST)],
  ['a user of an id that is too long', { userId: `${LONGEST}x` }, undefined],
  ['a user who is an object', { userId: { id: 'u' } }, undefined],
  ['a user by a number that has lost digits', { userId: 2 ** 53 }, undefined],
  ['somebody without a name', { anonymousId: 'a' }, anonymousProfileId('a')],
  ['somebody of the longest id', { anonymousId: LONGEST }, anonymousProfileId(LONGEST)],
  ['somebody of an id that is too long', { anonymousId: `${LONGEST}x` }, undefined],
  ['a user and somebody', { userId: 'u', anonymousId: 'a' }, userProfileId('u')],
  [
    'a user of an id that is too long, and somebody',
    { userId: `${LONGEST}x`, anonymousId: 'a' },
    anonymousProfileId('a'),
  ],
  ['our visitor', { anonymousId: 'signed' }, 'visitor'],
  ['our visitor, whoever they say they are', { anonymousId: 'signed', userId: 'u' }, 'visitor'],
  ['a user by the token of a visitor', { userId: 'signed' }, userProfileId('signed')],
])('a message of %s is about that profile', (_name, ids, visitorId) => {
  expect(read({ type: 'track', ...ids }).visitorId).toBe(visitorId)
})

test('under Global Privacy Control a user id names nobody', () => {
  expect(read({ userId: 'u' }, true).visitorId).toBeUndefined()
  expect(read({ userId: 'u', anonymousId: 'a' }, true).visitorId).toBe(anonymousProfileId('a'))
  expect(read({ userId: 'u', anonymousId: 'signed' }, true).visitorId).toBe('visitor')
})

test.each([null, undefined, 5, 'text', [], [{}]])('%j is no message, and is judged as it is', (value) => {
  expect(read(value)).toEqual({ visitorId: undefined, value })
})

test('a message keeps its id as text, and one without gets a new one each time', () => {
  const idOf = (messageId: unknown) => (read({ messageId }).value as { messageId: unknown }).messageId
  expect([idOf('m'), idOf(7)]).toEqual(['m', '7'])
  for (const none of [undefined, null, '']) {
    expect(idOf(none)).toMatch(/^[\w-]{36}$/)
    expect(idOf(none)).not.toBe(idOf(none))
  }
})

test.each([
  ['screen', 'page'],
  ['page', 'page'],
  ['track', 'track'],
  ['Screen', 'Screen'],
  [['screen'], ['screen']],
  [undefined, undefined],
])('the type %j is read as %j', (type, read_) => {
  expect((read({ type }).value as { type: unknown }).type).toEqual(read_)
})

test.each([
  ['2026-11-21T09:00:00Z', 1_795_251_600_000],
  [1_795_251_600, 1_795_251_600_000],
  ['soon', undefined],
  [null, undefined],
])('the message sent at %j was sent at %s', (sentAt, sentMs) => {
  expect(read({ sentAt }).sentMs).toBe(sentMs)
})

test('the message that was given stays as it is', () => {
  const given = Object.freeze({ type: 'screen', userId: 'u' })
  expect(read(given).value).toMatchObject({ type: 'page', userId: 'u' })
})
