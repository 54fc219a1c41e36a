import { expect, test } from 'vitest'
import { pastMessage } from '../../src/history/past-message.ts'

const NOW = Date.parse('2026-11-29T12:00:00Z')
const order = { type: 'track', event: 'Order Completed', userId: 'u1', timestamp: '2024-05-01T10:00:00Z' }
const read = (fields: object, text = 'row') => pastMessage(fields as { [field: string]: unknown }, text, NOW)
const timeOf = (fields: object): unknown => {
  const past = read({ ...order, timestamp: undefined, ...fields })
  return 'message' in past ? past.message['timestamp'] : past.problem
}

test('a message keeps what means something, and its own time and id', () => {
  const context = { ip: '1.2.3.4', consent: { categoryPreferences: { ads: true } } }
  expect(
    read({ ...order, messageId: 'm1', sentAt: '2024-05-01T10:00:05Z', integrations: { All: true }, context }),
  ).toEqual({
    message: {
      ...order,
      messageId: 'm1',
      timestamp: '2024-05-01T10:00:00.000Z',
      context: { consent: context.consent },
    },
  })
})

test('a message without an id has one that follows from its row alone', () => {
  const idOf = (text: string): unknown => (read(order, text) as { message: { messageId: string } }).message.messageId
  expect(idOf('one row')).toMatch(/^import:[\w-]{27}$/)
  expect(idOf('one row')).toBe(idOf('one row'))
  expect(idOf('another row')).not.toBe(idOf('one row'))
})

test('a message with an event and no type is a track', () => {
  expect(read({ ...order, type: undefined })).toMatchObject({ message: { type: 'track' } })
})

test.each([
  ['2024-05-01', '2024-05-01T00:00:00.000Z'],
  ['2024-05-01 10:00:00', '2024-05-01T10:00:00.000Z'],
  ['2024-05-01T10:00:00+02:00', '2024-05-01T08:00:00.000Z'],
  [1_714_557_600, '2024-05-01T10:00:00.000Z'],
  ['1714557600000', '2024-05-01T10:00:00.000Z'],
])('the timestamp %j is read', (timestamp, instant) => {
  expect(timeOf({ timestamp })).toBe(instant)
})

test("a client's time is corrected by when it was sent and received, as Segment does it", () => {
  const originalTimestamp = '2024-05-01T10:00:00Z'
  const [sentAt, receivedAt] = ['2024-05-01T10:00:02Z', '2024-05-01T09:00:02Z']
  expect(timeOf({ originalTimestamp, sentAt, receivedAt })).toBe('2024-05-01T09:00:00.000Z')
  expect(timeOf({ originalTimestamp })).toBe('2024-05-01T10:00:00.000Z')
  expect(timeOf({ receivedAt })).toBe('2024-05-01T09:00:02.000Z')
  expect(timeOf({ timestamp: '2024-01-01', originalTimestamp, sentAt, receivedAt })).toBe('2024-01-01T00:00:00.000Z')
})

test.each([
  [{ timestamp: '31.12.2024' }, 'has a timestamp that is neither ISO 8601 nor seconds or milliseconds since 1970'],
  [{ timestamp: '12/31/2024' }, 'has a timestamp that is neither ISO 8601 nor seconds or milliseconds since 1970'],
  [{ timestamp: '2024-13-45' }, 'has a timestamp that is neither ISO 8601 nor seconds or milliseconds since 1970'],
  [{ timestamp: undefined }, 'has no timestamp'],
  [{ timestamp: '1970-01-01' }, 'is more than 10 years old: 1970-01-01T00:00:00.000Z'],
  [{ timestamp: '2100-01-01' }, 'lies in the future: 2100-01-01T00:00:00.000Z'],
  [{ timestamp: '2016-11-29T11:59:59Z' }, 'is more than 10 years old: 2016-11-29T11:59:59.000Z'],
  [{ userId: undefined }, 'names nobody: it has neither userId nor anonymousId'],
  [{ type: 'tracks' }, '/type: must be one of track, page, identify, group, alias'],
  [{ event: '' }, /^\/event: /],
  [{ event: '__proto__' }, /^\/event: /],
  [{ properties: 'x' }, /^\/properties: /],
  [{ properties: { text: 'x'.repeat(33_000) } }, '/: is longer than 32768 characters'],
])('%j is a problem', (fields, problem) => {
  const past = read({ ...order, ...fields })
  expect('problem' in past ? past.problem : past.message).toEqual(
    typeof problem === 'string' ? problem : expect.stringMatching(problem),
  )
})

test('an event of ten years ago, and one a few hours ahead, are taken', () => {
  expect(read({ ...order, timestamp: '2016-11-29T12:00:01Z' })).toHaveProperty('message')
  expect(read({ ...order, timestamp: '2026-11-29T20:00:00Z' })).toHaveProperty('message')
})
