import { once } from 'node:events'
import { connect } from 'node:net'
import type { BatchResponse, ErrorBody } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { openLog } from '../../support/open-log.ts'
import { readRecords } from '../../support/read-events.ts'
import { EVENTS, PAGE, SENT_AT, startService } from '../../support/start-service.ts'

const question = { v: 1, site: 'agency', consent: 'granted', page: PAGE }

function json(value: unknown): string {
  return JSON.stringify(value)
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

/** A question whose page holds this JSON beside what is known. */
function withExtra(extra: string): string {
  return json(question).replace('"page":{', `"page":{"extra":${extra},`)
}

/** Bodies for `/v1/decide`, and what they are answered with. */
const bodies: [name: string, body: string, status: number, code?: string, place?: string][] = [
  ['nothing', '', 400, 'body_invalid'],
  ['no JSON', '{"v":1', 400, 'body_invalid', 'the body is no JSON'],
  ['null', 'null', 400, 'body_invalid', '/: must be object'],
  ['a list', '[]', 400, 'body_invalid', '/: must be object'],
  ['a text', '"x"', 400, 'body_invalid', '/: must be object'],
  ['another version', json({ ...question, v: 2 }), 400, 'body_invalid', '/v: must be <= 1'],
  ['a version as text', json({ ...question, v: '1' }), 400, 'body_invalid', '/v: must be integer'],
  ['a site as a number', json({ ...question, site: 1 }), 400, 'body_invalid', '/site: must be string'],
  ['an inherited site', json({ ...question, site: '__proto__' }), 404, 'site_unknown'],
  ['an unknown consent', json({ ...question, consent: 'yes' }), 400, 'body_invalid', '/consent: must be one of'],
  ['no page', json({ ...question, page: undefined }), 400, 'body_invalid', '/: lacks page'],
  ['a page that is null', json({ ...question, page: null }), 400, 'body_invalid', '/page: must be object'],
  ['a path of 4097 characters', json({ ...question, page: { ...PAGE, path: 'x'.repeat(4_097) } }), 400, 'body_invalid'],
  ['a path of 4096 characters', json({ ...question, page: { ...PAGE, path: 'x'.repeat(4_096) } }), 200],
  ['a token of 4097 characters', json({ ...question, token: 'x'.repeat(4_097) }), 400, 'body_invalid', '/token'],
  ['unknown fields', json({ ...question, more: { and: ['more'] } }), 200],
  ['12 levels', withExtra(nested(10)), 200],
  ['13 levels', withExtra(nested(11)), 400, 'body_too_deep'],
  ['4,000 levels', nested(4_000), 400, 'body_too_deep'],
  ['8,000 levels that never end', '['.repeat(8_000), 400, 'body_too_deep'],
  ['brackets in a text', withExtra(json(`${'['.repeat(100)}\\"[`)), 200],
  ['brackets behind escaped quotes', withExtra(json('\\"\\\\"'.repeat(50) + '['.repeat(100) + '\\\\')), 200],
  ['256 values', withExtra(`[${'1,'.repeat(248)}1]`), 200],
  ['2,000 values', withExtra(`[${'1,'.repeat(1_999)}1]`), 400, 'body_invalid', '256 values'],
  ['a text that never ends', `{"v":"${'\\'.repeat(4_000)}`, 400, 'body_invalid', 'no JSON'],
  ['__proto__', withExtra('{"__proto__":{"isAdmin":true}}'), 400, 'body_invalid', '/page/extra/__proto__'],
  ['an escaped __proto__', withExtra('[{"\\u005f_proto__":1}]'), 400, 'body_invalid', '/page/extra/0/__proto__'],
  ['constructor.prototype', withExtra('{"constructor":{"prototype":{}}}'), 400, 'body_invalid', '/extra/constructor'],
  ['constructor alone', withExtra('{"constructor":"x"}'), 200],
  ['__proto__ as a value', withExtra('"__proto__"'), 200],
  ['a mark before its first byte', `\ufeff${json(question)}`, 200],
  ['8,192 bytes', withExtra(json('x'.repeat(8_192 - withExtra('""').length))), 200],
  ['8,193 bytes', withExtra(json('x'.repeat(8_193 - withExtra('""').length))), 413, 'body_too_large', '8192 bytes'],
  ['a megabyte', 'x'.repeat(1_048_576), 413, 'body_too_large'],
]

test('hostile bodies get their error, and the service goes on as before', async () => {
  const { log } = await openLog()
  const { post, decide, logLines } = await startService({}, { log })
  for (const [name, body, status, code, place] of bodies) {
    const answer = await post('/v1/decide', body)
    expect([name, answer.status, answer.body.error?.code]).toEqual([name, status, code])
    if (place !== undefined) expect(answer.body.error.message).toContain(place)
  }
  expect((await decide()).status).toBe(200)
  expect(await readRecords(log)).toEqual([])
  expect(logLines.filter(({ level }) => (level as number) >= 50)).toEqual([])
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
})

test('an event that is nested too deeply is invalid by itself, and a body beyond 64 levels is refused', async () => {
  const { post, decide } = await startService()
  const token = (await decide()).body.token as string
  const send = (properties: string) => {
    const events = [EVENTS.page, { ...EVENTS.order, properties: 0 }, EVENTS.identify]
    const body = { v: 1, site: 'agency', consent: 'granted', token, sentAt: SENT_AT, batch: events }
    return post<BatchResponse & ErrorBody>(
      '/v1/batch',
      json(body).replace('"properties":0', `"properties":${properties}`),
    )
  }
  // Around `nested` lie the body, its list, the event and its properties.
  for (const [depth, result] of [
    [8, 'accepted'],
    [9, 'invalid'],
    [60, 'invalid'],
  ] as const) {
    expect((await send(`{"a":${nested(depth)}}`)).body.results).toEqual(['accepted', result, 'accepted'])
  }
  for (const depth of [61, 15_000]) {
    const answer = await send(`{"a":${nested(depth)}}`)
    expect([answer.status, answer.body.error.code]).toEqual([400, 'body_too_deep'])
  }
})

test('a hostile batch stores nothing', async () => {
  const { log } = await openLog()
  const { post, decide } = await startService({}, { log })
  const token = (await decide()).body.token as string
  const batch = { v: 1, site: 'agency', consent: 'granted', token, sentAt: SENT_AT, batch: [EVENTS.page] }
  const poisoned = json(batch).replace('"name":"Home"', '"name":"Home","properties":{"__proto__":{}}')
  for (const body of [poisoned, { ...batch, batch: {} }, { ...batch, sentAt: 1 }, { ...batch, batch: undefined }]) {
    const answer = await post('/v1/batch', body)
    expect([answer.status, answer.body.error.code]).toEqual([400, 'body_invalid'])
  }
  expect(await readRecords(log)).toEqual([])
})

test.each([
  ['text/plain', 200],
  ['text/plain;charset=UTF-8', 200],
  ['application/json', 200],
  ['application/json; charset=utf-8', 200],
  ['application/xml', 415],
  ['multipart/form-data; boundary=x', 415],
  ['application/x-www-form-urlencoded', 415],
  ['nonsense', 415],
])('a body of type %s is answered with %i', async (type, status) => {
  const { decide } = await startService()
  const answer = await decide({}, { 'content-type': type })
  expect(answer.status).toBe(status)
})

test('addresses where nothing is are 404, whatever they look like', async () => {
  const { url, post } = await startService()
  for (const path of ['/', '/v1', '/%', '/%2e%2e/secret', '/../data/secret', `/${'x'.repeat(5_000)}`]) {
    const response = await fetch(url + path)
    expect([path, response.status]).toEqual([path, 404])
    expect(await response.json()).toMatchObject({ error: { code: 'route_unknown' } })
  }
  expect((await post('/v2/decide', {})).body.error.code).toBe('route_unknown')
})

/** Sends bytes and resolves with all that comes back before the service closes the connection. */
function talk(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (data) => (heard += String(data)))
    socket.on('close', () => resolve(heard))
    socket.on('error', reject)
  })
}

test('what is no HTTP is ended without harm', async () => {
  const { service, decide } = await startService()
  const port = service.address?.port as number
  expect(await talk(port, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  expect(await talk(port, `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect((await decide()).status).toBe(200)
})

test('a request that is cut is one line of information', async () => {
  const { service, logged, logLines, decide } = await startService({ requestTimeoutMs: 200 })
  const port = service.address?.port as number
  const half = 'POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n{'
  const cut = 'the request was cut before all of it had arrived'
  const socket = connect(port, '127.0.0.1', () => socket.write(half))
  await once(socket, 'ready')
  // Answered on another connection, so the half has arrived too.
  await decide()
  socket.resetAndDestroy()
  await logged(({ msg }) => msg === cut)
  expect(await talk(port, half)).toMatch(/^HTTP\/1\.1 408 /)
  await logged(
    ({ msg, requestId }) => msg === cut && requestId !== logLines.find((line) => line['msg'] === cut)?.['requestId'],
  )
  expect(logLines.filter(({ level, err }) => level !== 30 || err !== undefined)).toEqual([])
})

test('a request that trickles in is ended at its timeout', async () => {
  const { service, decide } = await startService({ requestTimeoutMs: 200 })
  const port = service.address?.port as number
  const head = 'POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n'
  expect(await talk(port, head)).toMatch(/^HTTP\/1\.1 408 /)
  expect(await talk(port, `${head}Content-Length: 100\r\n\r\n{`)).toMatch(/^HTTP\/1\.1 408 /)
  expect((await decide()).status).toBe(200)
})
