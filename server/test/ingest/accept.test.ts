import { expect, test } from 'vitest'
import { acceptEvent, whyInvalid } from '../../src/ingest/accept.ts'

const TIME = '2026-11-21T09:00:00.000Z'
const base = { messageId: 'm', timestamp: TIME }
const track = { ...base, type: 'track', event: 'Viewed' }

/** The smallest sound event of each type, and the largest fields that it may have. */
const SOUND: { [type: string]: [least: object, most: object] } = {
  track: [{ event: 'V' }, { event: 'V'.repeat(200), properties: { a: [1, null, { b: true }] } }],
  page: [{}, { name: 'n'.repeat(200), properties: {} }],
  identify: [{}, { userId: 'u'.repeat(200), traits: { plan: 'pro' } }],
  group: [{ groupId: 'g' }, { groupId: 'g'.repeat(200), traits: {} }],
  alias: [
    { previousId: 'p', userId: 'u' },
    { previousId: 'p'.repeat(200), userId: 'u'.repeat(200) },
  ],
}

const TYPES = '/type: must be one of track, page, identify, group, alias'

/** Nests a value in so many objects. */
const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) })

/** A track event that is so long as JSON. */
function eventOf(length: number): object {
  const empty = JSON.stringify({ ...track, properties: { x: '' } }).length
  return { ...track, properties: { x: 'x'.repeat(length - empty) } }
}

test.each(Object.entries(SOUND))(
  'a %s event is taken with least and most, and without what nobody knows',
  (type, both) => {
    for (const fields of both) {
      const event = { ...base, type, messageId: 'm'.repeat(100), ...fields }
      expect(acceptEvent({ ...event, context: { a: 1 }, writeKey: 'k', toJSON: 1, undefined })).toEqual(event)
    }
  },
)

test('a field that is undefined is not there', () => {
  expect(Object.keys(acceptEvent({ ...track, properties: undefined }) ?? {})).toEqual([
    'type',
    'messageId',
    'timestamp',
    'event',
  ])
})

test.each([
  ['nothing', undefined, TYPES],
  ['null', null, TYPES],
  ['a text', 'track', TYPES],
  ['a list', [track], TYPES],
  ['an empty object', {}, TYPES],
  ['a type in capitals', { ...track, type: 'Track' }, TYPES],
  ['a type that is a list', { ...track, type: ['track'] }, TYPES],
  ['a type that objects inherit', { ...track, type: 'toString' }, TYPES],
  ['the type of a prototype', { ...track, type: '__proto__' }, TYPES],
  ['no message id', { ...track, messageId: undefined }, '/messageId: '],
  ['an empty message id', { ...track, messageId: '' }, '/messageId: '],
  ['a message id that is too long', { ...track, messageId: 'm'.repeat(101) }, '/messageId: '],
  ['a message id that is a number', { ...track, messageId: 1 }, '/messageId: '],
  ['no event', { ...track, event: undefined }, '/event: '],
  ['an empty event', { ...track, event: '' }, '/event: '],
  ['an event that is too long', { ...track, event: 'V'.repeat(201) }, '/event: '],
  ['an event of a name that is no key', { ...track, event: '__proto__' }, '/event: '],
  ['properties that are a list', { ...track, properties: [] }, '/properties: '],
  ['properties that are null', { ...track, properties: null }, '/properties: '],
  ['a name that is too long', { ...base, type: 'page', name: 'n'.repeat(201) }, '/name: '],
  ['an empty user id', { ...base, type: 'identify', userId: '' }, '/userId: '],
  ['a user id that is too long', { ...base, type: 'identify', userId: 'u'.repeat(201) }, '/userId: '],
  ['traits that are a text', { ...base, type: 'identify', traits: 'x' }, '/traits: '],
  ['no group id', { ...base, type: 'group' }, '/: lacks groupId'],
  ['an empty group id', { ...base, type: 'group', groupId: '' }, '/groupId: '],
  ['an alias of nobody', { ...base, type: 'alias', userId: 'u' }, '/: lacks previousId'],
  ['no timestamp', { ...track, timestamp: undefined }, '/timestamp: '],
  ['a timestamp that is too long', { ...track, timestamp: `2026-11-21T09:00:00.${'0'.repeat(20)}Z` }, '/timestamp: '],
  ['a timestamp that is none', { ...track, timestamp: 'yesterday' }, '/timestamp: must be a date in ISO 8601'],
  ['a day that no month has', { ...track, timestamp: '2026-13-01' }, '/timestamp: must be a date in ISO 8601'],
  ['nesting of one level more', { ...track, properties: nested(10) }, '/: is nested more than 10 deep'],
  ['one sign more than it may have', eventOf(32_769), '/: is longer than 32768 characters'],
])('%s is refused, and the reason says what is wrong', (_name, value, why) => {
  expect(acceptEvent(value)).toBeUndefined()
  expect(whyInvalid(value).startsWith(why) || whyInvalid(value)).toBe(true)
})

test('the longest and the deepest event are taken', () => {
  expect(acceptEvent(eventOf(32_768))).toBeDefined()
  expect(acceptEvent({ ...track, properties: nested(9) })).toBeDefined()
  expect(acceptEvent({ ...track, timestamp: `2026-11-21T09:00:00.${'0'.repeat(19)}Z` })).toBeDefined()
})

test('what is not kept of an event does not count for its length, nor for the reason that is given', () => {
  const around = { context: { x: 'x'.repeat(40_000) } }
  expect(acceptEvent({ ...track, ...around })).toEqual(track)
  expect(whyInvalid({ ...track, ...around, timestamp: 'yesterday' })).toBe('/timestamp: must be a date in ISO 8601')
})
