import { open } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openSegments } from '../../../src/streams/file-log/segments.ts'
import { readEvents } from '../../support/read-events.ts'
import { EVENTS, ORIGIN, SENT_AT, startService, temporaryDirectory } from '../../support/start-service.ts'

const NOW_MS = Date.parse(SENT_AT) + 500

async function startWithLog() {
  const log = await openSegments({ directory: await temporaryDirectory() })
  const running = await startService({}, { log, now: () => NOW_MS })
  return { ...running, log, token: (await running.decide()).body.token as string }
}

test('events are stored with their visitor, and nothing that nobody knows', async () => {
  const { batch, log, token } = await startWithLog()
  const extra = { ...EVENTS.order, context: { ip: '192.0.2.1' } }
  const { status, body } = await batch(token, [EVENTS.identify, extra, EVENTS.page])
  expect([status, body]).toEqual([
    200,
    { v: 1, results: ['accepted', 'accepted', 'accepted'], nowMs: expect.any(Number) },
  ])
  const stored = await readEvents(log)
  expect(stored.map(({ event }) => event)).toEqual([EVENTS.identify, EVENTS.order, EVENTS.page])
  expect(stored[0]).toMatchObject({ site: 'agency', visitorId: token.split('.')[0], receivedMs: NOW_MS })
})

test('the clock of the client is corrected by what it said at sending, and no event lies in the future', async () => {
  const { batch, log, token } = await startWithLog()
  const at = (messageId: string, timestamp: string) => ({ ...EVENTS.page, messageId, timestamp })
  await batch(token, [at('past', '2026-11-21T08:59:57.000Z'), at('future', '2026-11-22T00:00:00.000Z')])
  expect((await readEvents(log)).map(({ atMs }) => atMs)).toEqual([NOW_MS - 3_000, NOW_MS])
})

test.each([
  ['null', null],
  ['a number', 5],
  ['a list', []],
  ['an unknown type', { ...EVENTS.page, type: 'screen' }],
  ['an inherited name as type', { ...EVENTS.page, type: 'constructor' }],
  ['no message id', { ...EVENTS.page, messageId: undefined }],
  ['an empty message id', { ...EVENTS.page, messageId: '' }],
  ['__proto__ as its name', { ...EVENTS.order, event: '__proto__' }],
  ['no name', { ...EVENTS.order, event: undefined }],
  ['properties that are a list', { ...EVENTS.order, properties: [1] }],
  ['traits that are a text', { ...EVENTS.identify, traits: 'all' }],
  ['a user id of 201 characters', { ...EVENTS.identify, userId: 'x'.repeat(201) }],
  ['a user id whose last digits are lost', { ...EVENTS.identify, userId: 2 ** 60 }],
])('an event with %s is invalid, which is told with its reason, and the others are accepted', async (_name, event) => {
  const { batch, log, token } = await startWithLog()
  const { status, body } = await batch(token, [EVENTS.page, event, EVENTS.order])
  expect([status, body.results]).toEqual([200, ['accepted', 'invalid', 'accepted']])
  expect(body.reasons).toEqual([{ index: 1, message: expect.stringMatching(/^\/.*: ./) }])
  expect(await readEvents(log)).toHaveLength(2)
})

test.each([
  ['a title of 244 characters as its name', { ...EVENTS.order, event: 'How to choose '.repeat(18) }],
  ['a message id of 101 characters', { ...EVENTS.page, messageId: 'x'.repeat(101) }],
  ['a timestamp that is none', { ...EVENTS.page, timestamp: 'yesterday' }],
  ['properties that are an empty list', { ...EVENTS.order, properties: [] }],
  ['a number as user id', { ...EVENTS.identify, userId: 7 }],
  ['null for what is absent', { ...EVENTS.page, name: null, properties: null }],
])('an event with %s is taken as it is meant', async (_name, event) => {
  const { batch, log, token } = await startWithLog()
  const { body } = await batch(token, [event])
  expect(body).toEqual({ v: 1, results: ['accepted'], nowMs: expect.any(Number) })
  expect(await readEvents(log)).toMatchObject([{ atMs: NOW_MS }])
})

test('reasons are given for the first twenty events that are none', async () => {
  const { batch, token } = await startWithLog()
  const { body } = await batch(
    token,
    Array.from({ length: 500 }, () => null),
  )
  expect([body.results.length, body.reasons?.length]).toEqual([500, 20])
})

test('500 events are a batch and 501 are not', async () => {
  const { batch, log, token } = await startWithLog()
  const event = { type: 'page', timestamp: SENT_AT }
  const events = Array.from({ length: 501 }, (_, index) => ({ ...event, messageId: `${index}` }))
  const { status, body } = await batch(token, events.slice(1))
  expect([status, body.results.length]).toEqual([200, 500])
  expect((await batch(token, events)).status).toBe(400)
  expect((await batch(token, [])).status).toBe(400)
  expect(await readEvents(log)).toHaveLength(500)
})

test('without consent or with a token that is not ours nothing is stored', async () => {
  const { batch, post, log, token } = await startWithLog()
  const body = { v: 1, site: 'agency', token, sentAt: SENT_AT, batch: [EVENTS.page] }
  for (const consent of ['pending', 'denied']) {
    const answer = await post('/v1/batch', { ...body, consent })
    expect([answer.status, answer.body.error.code]).toEqual([403, 'consent_missing'])
  }
  // A fixed ending would be the right one of every 256th token.
  const ending = token.at(-2) === 'A' ? 'BA' : 'AA'
  const forged = await post('/v1/batch', { ...body, consent: 'granted', token: token.slice(0, -2) + ending })
  expect([forged.status, forged.body.error.code]).toEqual([401, 'token_invalid'])
  const undated = await post('/v1/batch', { ...body, consent: 'granted', sentAt: 'now' })
  expect([undated.status, undated.body.error.message]).toEqual([400, '/sentAt: must be a date in ISO 8601'])
  expect(await readEvents(log)).toEqual([])
  expect((await batch(token, [EVENTS.page])).status).toBe(200)
})

test('under Global Privacy Control the user id is not stored, and everything else is', async () => {
  const { batch, log, token } = await startWithLog()
  await batch(token, [EVENTS.identify], { 'sec-gpc': '1' })
  await batch(token, [EVENTS.identify], { 'sec-gpc': '0' })
  const { userId, ...anonymous } = EVENTS.identify
  expect((await readEvents(log)).map(({ event }) => event)).toEqual([anonymous, { ...anonymous, userId }])
})

test('a batch is answered only after its events are on disk', async () => {
  const { promise: syncing, resolve: tellSyncing } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const log = await openSegments({
    directory: await temporaryDirectory(),
    async openFile(path, flags) {
      const handle = await open(path, flags)
      const datasync = handle.datasync.bind(handle)
      handle.datasync = async () => {
        tellSyncing()
        await released
        await datasync()
      }
      return handle
    },
  })
  const { decide, batch } = await startService({}, { log })
  const token = (await decide()).body.token as string
  let isAnswered = false
  const answer = batch(token, [EVENTS.page]).finally(() => (isAnswered = true))
  await syncing
  // Other requests are served in the meantime, so the batch would have been too.
  for (let turn = 0; turn < 3; turn++) expect((await decide({ token })).status).toBe(200)
  expect([isAnswered, log.end]).toEqual([false, 0])
  release()
  expect((await answer).status).toBe(200)
  expect(log.end).toBeGreaterThan(0)
})

test('a disk that fails is a 503 that says when to come back, and is no secret to the log', async () => {
  const log = await openSegments({
    directory: await temporaryDirectory(),
    openFile: () => Promise.reject(new Error('ENOSPC')),
  })
  const { decide, post, logged } = await startService({}, { log })
  const token = (await decide()).body.token as string
  const body = { v: 1, site: 'agency', consent: 'granted', token, sentAt: SENT_AT, batch: [EVENTS.page] }
  const answer = await post('/v1/batch', body, { origin: ORIGIN })
  expect([answer.status, answer.body.error.code]).toEqual([503, 'log_unavailable'])
  expect(answer.headers.get('retry-after')).toBe('5')
  expect(answer.headers.get('access-control-expose-headers')).toBe('Retry-After')
  expect(await logged(({ level }) => level === 50)).toMatchObject({ err: { type: 'LogError' } })
  expect((await decide({ token })).status).toBe(200)
})
