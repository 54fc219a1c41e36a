import { Analytics } from '@segment/analytics-node'
import type { BatchResponse, ErrorBody } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { createKeys } from '../../../src/identity/key.ts'
import { signLink } from '../../../src/identity/link.ts'
import { anonymousProfileId, userProfileId } from '../../../src/identity/profile-id.ts'
import { openSegments } from '../../../src/streams/file-log/segments.ts'
import { readEvents } from '../../support/read-events.ts'
import { EVENTS, ORIGIN, SENT_AT, startService, temporaryDirectory } from '../../support/start-service.ts'

const secret = 's'.repeat(32)
const keys = createKeys(secret)
const writeKey = keys.issue({ site: 'agency', access: 'events' })
const serverKey = keys.issue({ site: 'agency', access: 'server' })
const basic = { authorization: `Basic ${btoa(`${writeKey}:`)}` }

async function start() {
  const log = await openSegments({ directory: await temporaryDirectory() })
  const running = await startService({ secret }, { log })
  return { ...running, records: () => readEvents(log) }
}

test("a real Segment client's events reach the user's profile, and decisions of a server and of a linked browser", async () => {
  const { url, service, decide, records } = await start()
  const analytics = new Analytics({ writeKey, host: url, flushInterval: 10 })
  const failures: unknown[] = []
  analytics.on('error', (error) => failures.push(error))
  analytics.identify({ userId: 'ann', traits: { plan: 'pro' } })
  analytics.track({ userId: 'ann', event: 'Order Completed', properties: { total: 9 } })
  analytics.group({ userId: 'ann', groupId: 'acme', traits: { seats: 5 } })
  analytics.page({ anonymousId: 'web-1', name: 'Home', properties: { path: '/' } })
  analytics.screen({ userId: 'ann', name: 'Start' })
  analytics.alias({ userId: 'ann', previousId: 'web-1' })
  await analytics.closeAndFlush()
  expect(failures).toEqual([])
  expect((await records()).map(({ visitorId, event }) => [visitorId, event.type])).toEqual([
    [userProfileId('ann'), 'identify'],
    [userProfileId('ann'), 'track'],
    [userProfileId('ann'), 'group'],
    [anonymousProfileId('web-1'), 'page'],
    [userProfileId('ann'), 'page'],
    [userProfileId('ann'), 'alias'],
  ])
  await service.caughtUp()
  const thanks = { reason: 'match', tier: 'live', experience: 'thanks' }
  const byServer = await decide({ userId: 'ann' }, { authorization: `Bearer ${serverKey}` })
  expect(byServer.body.slots['headline']).toMatchObject(thanks)
  const linked = await decide({ link: signLink({ serverKey, userId: 'ann', days: 1 }) })
  expect(linked.body.slots['headline']).toMatchObject(thanks)
  expect((await decide()).body.slots['headline']).toMatchObject({ reason: 'no-match' })
})

test('each message of a batch has its own result, and what clients leave out is filled in', async () => {
  const { post, records } = await start()
  const batch = [
    {
      type: 'track',
      userId: 'u1',
      event: 'Viewed',
      anonymousId: null,
      context: { deep: { deeper: { ip: '192.0.2.1' } } },
      integrations: { All: true },
    },
    { type: 'track', event: 'Viewed' },
    { type: 'track', userId: 'u1' },
    { type: 'track', userId: 2 ** 60, event: 'Viewed' },
    { type: 'track', userId: 'x'.repeat(201), event: 'Viewed' },
    { type: 'page', anonymousId: 'a1', userId: '', timestamp: '2026-11-21T09:00:00Z', messageId: 'given' },
    null,
    'text',
    [],
    { type: 'constructor', userId: 'u1' },
  ]
  const before = Date.now()
  const { status, body } = await post<BatchResponse>('/v1/batch', { batch, sentAt: null, writeKey: 'ignored' }, basic)
  const invalid = 'invalid'
  expect([status, body.results]).toEqual([
    200,
    ['accepted', invalid, invalid, invalid, invalid, 'accepted', invalid, invalid, invalid, invalid],
  ])
  expect(body.reasons?.slice(0, 2)).toEqual([
    { index: 1, message: '/: names nobody: give userId or anonymousId, as text of at most 200 characters' },
    { index: 2, message: '/: lacks event' },
  ])
  const [first, second] = await records()
  expect(first?.event).toEqual({
    type: 'track',
    event: 'Viewed',
    messageId: expect.stringMatching(/^[\w-]{36}$/),
    timestamp: expect.any(String),
  })
  expect(first?.atMs).toBeGreaterThanOrEqual(before)
  expect(second).toMatchObject({ visitorId: anonymousProfileId('a1'), event: { messageId: 'given' } })
})

test.each([
  ['track', { event: 'Viewed' }],
  ['page', { name: 'Home' }],
  ['identify', { traits: { a: 1 } }],
  ['group', { groupId: 'g' }],
  ['alias', { previousId: 'a' }],
  ['screen', { name: 'Start' }],
])('/v1/%s takes one event, and so does the name that a browser client gives it', async (type, fields) => {
  const { post, records } = await start()
  const message = { userId: 'u1', type: 'nonsense', ...fields }
  for (const path of [`/v1/${type}`, `/v1/${type.charAt(0)}`]) {
    const answer = await post<BatchResponse>(path, { ...message, writeKey }, { origin: ORIGIN })
    expect([answer.status, answer.body.results]).toEqual([200, ['accepted']])
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN)
    const nobody = await post<ErrorBody>(path, { ...message, userId: null, writeKey })
    expect([nobody.status, nobody.body.error.code]).toEqual([400, 'body_invalid'])
  }
  const stored = (await records()).map(({ event }) => event.type)
  expect(stored).toEqual(type === 'screen' ? ['page', 'page'] : [type, type])
})

test("a page of the site may send with a key in the header, as Segment's browser client does, and no other page", async () => {
  const { url } = await start()
  const ask = (path: string, origin: string) =>
    fetch(url + path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-retry-count',
      },
    })
  for (const path of ['/v1/b', '/v1/t', '/v1/batch', '/v1/identify']) {
    const allowed = await ask(path, ORIGIN)
    expect([allowed.status, Object.fromEntries(allowed.headers)]).toMatchObject([
      204,
      {
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-headers': 'authorization, content-type, x-retry-count',
        'access-control-allow-methods': 'POST',
        vary: 'Origin, Access-Control-Request-Headers',
      },
    ])
    const refused = await ask(path, 'https://evil.example')
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null])
  }
  const deciding = await ask('/v1/decide', ORIGIN)
  expect([deciding.status, deciding.headers.get('access-control-allow-headers')]).toEqual([
    204,
    'content-type, x-retry-count',
  ])
})

test('an id that we have signed writes the visitor, any other id a profile apart', async () => {
  const { post, decide, service, records } = await start()
  const token = (await decide()).body.token as string
  const [visitorId = ''] = token.split('.')
  const forged = token.slice(0, -2) + (token.at(-2) === 'A' ? 'BA' : 'AA')
  const batch = [token, forged, visitorId].map((anonymousId) => ({ ...EVENTS.page, anonymousId }))
  await post('/v1/batch', { batch, sentAt: SENT_AT }, basic)
  expect((await records()).map((record) => record.visitorId)).toEqual([
    visitorId,
    anonymousProfileId(forged),
    anonymousProfileId(visitorId),
  ])
  await service.caughtUp()
  expect((await decide({ token })).body.slots['masthead']).toMatchObject({ reason: 'no-match', tier: 'live' })
})

test('under Global Privacy Control a user id is not stored, and a message without another id is invalid', async () => {
  const { post, records } = await start()
  const batch = [
    { ...EVENTS.identify, anonymousId: 'a1' },
    { ...EVENTS.order, userId: 'u1' },
    { type: 'alias', userId: 'u', previousId: 'p', anonymousId: 'a1' },
  ]
  const { body } = await post<BatchResponse>('/v1/b', { batch, writeKey }, { origin: ORIGIN, 'sec-gpc': '1' })
  expect(body.results).toEqual(['accepted', 'invalid', 'invalid'])
  const [record] = await records()
  expect([record?.visitorId, record?.event]).toEqual([
    anonymousProfileId('a1'),
    expect.not.objectContaining({ userId: expect.anything() }),
  ])
})

test('without a key of the site nothing is stored, and no error tells which part was wrong', async () => {
  const { post, records } = await start()
  const batch = [{ ...EVENTS.page, userId: 'u1' }]
  const foreign = createKeys('t'.repeat(32)).issue({ site: 'agency', access: 'events' })
  const attempts: [object, { [name: string]: string }][] = [
    [{ batch, writeKey: 'x' }, {}],
    [{ batch, writeKey: foreign }, {}],
    [{ batch }, { authorization: 'Basic !' }],
    [{ batch, writeKey }, { authorization: `Basic ${btoa(foreign)}` }],
    [{ batch, writeKey: '' }, {}],
  ]
  for (const [body, headers] of attempts) {
    const answer = await post<ErrorBody>('/v1/batch', body, headers)
    expect([body, answer.status, answer.body.error?.code]).toEqual([body, 401, 'key_invalid'])
  }
  const unknown = keys.issue({ site: 'gone', access: 'events' })
  expect((await post<ErrorBody>('/v1/batch', { batch, writeKey: unknown })).body.error.code).toBe('site_unknown')
  expect((await post<ErrorBody>('/v1/track', { userId: 'u1', event: 'x' })).body.error.code).toBe('key_invalid')
  expect(
    (await post<ErrorBody>('/v1/t', { userId: 'u1', event: 'x', writeKey }, { origin: 'https://evil.example' })).status,
  ).toBe(403)
  expect(await records()).toEqual([])
})

test('a batch with a key may have 512,000 bytes, any other body 65,536', async () => {
  const { post } = await start()
  const bodyOf = (sizeBytes: number, extra: object = {}): string => {
    const text = JSON.stringify({ batch: [{ ...EVENTS.page, userId: 'u1' }], ...extra, pad: '' })
    return text.replace('"pad":""', `"pad":"${'x'.repeat(sizeBytes - text.length)}"`)
  }
  expect((await post('/v1/batch', bodyOf(512_000), basic)).status).toBe(200)
  expect((await post('/v1/batch', bodyOf(512_001), basic)).status).toBe(413)
  expect((await post('/v1/batch', bodyOf(65_536, { writeKey }))).status).toBe(200)
  expect((await post('/v1/batch', bodyOf(65_537, { writeKey }))).status).toBe(413)
  expect((await post('/v1/track', bodyOf(65_537), basic)).status).toBe(413)
  const many = (length: number) => ({ batch: Array.from({ length }, () => 0) })
  expect((await post('/v1/batch', many(2_500), basic)).status).toBe(200)
  expect((await post('/v1/batch', many(2_501), basic)).status).toBe(400)
})

/** A message as each client writes it (by what their sources and specifications say), around the same event. */
const SPELLINGS: { [client: string]: object } = {
  'analytics-next (browser)': {
    timestamp: '2026-11-21T09:00:00.000Z',
    integrations: {},
    userId: 'u1',
    anonymousId: '6f0c',
    event: 'Viewed',
    type: 'track',
    properties: {},
    context: {
      page: { path: '/', referrer: '' },
      userAgent: 'x',
      library: { name: 'analytics.js', version: 'npm:next-1.84.3' },
    },
    messageId: `ajs-next-${'1'.repeat(13)}-6f0c`,
    writeKey: 'x',
    sentAt: '2026-11-21T09:00:00.000Z',
    _metadata: { bundled: ['Segment.io'] },
  },
  Python: {
    integrations: {},
    anonymousId: null,
    properties: {},
    timestamp: '2026-11-21T09:00:00.000000+00:00',
    type: 'track',
    userId: 'u1',
    event: 'Viewed',
    context: { library: { name: 'analytics-python', version: '2.3.4' } },
    messageId: '7d0c0d3e-6a40-4bd2-8b3c-3f1f60f1a001',
  },
  PHP: {
    userId: 'u1',
    event: 'Viewed',
    properties: [],
    context: { library: { name: 'analytics-php', version: '3.8.1', consumer: 'LibCurl' } },
    timestamp: '2026-11-21T09:00:00.000+00:00',
    messageId: 'f3c0-1',
    type: 'track',
    integrations: [],
    anonymousId: null,
  },
  'Ruby, with the id of a row': {
    type: 'track',
    userId: 1,
    event: 'Viewed',
    timestamp: '2026-11-21T09:00:00.000Z',
    messageId: 77,
    properties: null,
  },
  Java: {
    type: 'TRACK'.toLowerCase(),
    messageId: 'a',
    userId: 'u1',
    event: 'Viewed',
    timestamp: '2026-11-21T09:00:00Z',
    channel: 'server',
  },
  Go: { type: 'track', messageId: 'b', userId: 'u1', event: 'Viewed', timestamp: '2026-11-21T09:00:00.000000000Z' },
  'RudderStack (browser)': {
    type: 'track',
    channel: 'web',
    userId: '',
    anonymousId: 'u1',
    event: 'Viewed',
    messageId: 'c',
    originalTimestamp: '2026-11-21T09:00:00.000Z',
    sentAt: '2026-11-21T09:00:00.000Z',
    properties: {},
    context: { traits: {}, sessionId: 1700000000000, consentManagement: {} },
    integrations: { All: true },
  },
}

test.each(Object.entries(SPELLINGS))(
  'a message as %s writes it is an event of its person, when it happened',
  async (client, message) => {
    const { post, records } = await start()
    const { body } = await post<BatchResponse>(
      '/v1/batch',
      { batch: [message], sentAt: SENT_AT, context: {}, sequence: 1 },
      basic,
    )
    expect(body).toEqual({ v: 1, results: ['accepted'] })
    const [{ visitorId, event, atMs, receivedMs } = {} as never] = await records()
    const id = client.startsWith('Ruby') ? '1' : 'u1'
    expect(visitorId).toBe(client.startsWith('Rudder') ? anonymousProfileId(id) : userProfileId(id))
    expect([event, atMs]).toMatchObject([{ type: 'track', event: 'Viewed', timestamp: SENT_AT }, receivedMs])
  },
)

test('an identify whose traits lie in its context says them', async () => {
  const { post, records } = await start()
  const message = {
    type: 'identify',
    userId: 'u1',
    context: { traits: { plan: 'pro', city: 'Bern' } },
    traits: { city: 'Basel' },
  }
  expect((await post<BatchResponse>('/v1/identify', message, basic)).body).toMatchObject({ results: ['accepted'] })
  expect((await records())[0]?.event).toMatchObject({ traits: { plan: 'pro', city: 'Basel' } })
})

test('a batch says when it was sent in any way, or its messages do, or it was sent when it came', async () => {
  const { post, records } = await start()
  const message = { type: 'page', userId: 7, timestamp: '2026-11-21T08:59:57Z' }
  for (const sentAt of [SENT_AT, Date.parse(SENT_AT), Date.parse(SENT_AT) / 1000, '2026-11-21 09:00:00']) {
    await post('/v1/batch', { batch: [message], sentAt, writeKey: null }, basic)
  }
  await post('/v1/batch', { batch: [{ ...message, sentAt: SENT_AT }], sentAt: null }, basic)
  await post('/v1/batch', { batch: [{ ...message, timestamp: null }], sentAt: '2020-01-01T00:00:00Z' }, basic)
  expect((await records()).map(({ receivedMs, atMs }) => receivedMs - atMs)).toEqual([
    3_000, 3_000, 3_000, 3_000, 3_000, 0,
  ])
})

test('only the server key can bring events of the past, which the log marks', async () => {
  const { post, records } = await start()
  const message = (id: string) => ({ ...EVENTS.order, userId: 'ann', messageId: id, timestamp: '2020-01-01T00:00:00Z' })
  const body = (id: string, imported: unknown = true) => ({ context: { imported }, batch: [message(id)] })
  for (const key of [serverKey, writeKey]) await post('/v1/batch', body(key), { authorization: `Bearer ${key}` })
  await post('/v1/import', body('yes', 'yes'), { authorization: `Bearer ${serverKey}` })
  await post('/v1/track', { ...message('one'), context: { imported: true } }, { authorization: `Bearer ${serverKey}` })
  expect((await records()).map(({ imported, atMs }) => [imported, new Date(atMs).getUTCFullYear()])).toEqual([
    [true, 2020],
    [undefined, 2020],
    [undefined, 2020],
    [true, 2020],
  ])
})
