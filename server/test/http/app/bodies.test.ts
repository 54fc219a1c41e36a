import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import type { BatchResponse, ErrorBody } from 'prepaint/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { createInflater } from '../../../src/http/app/content-encoding.ts'
import { createKeys } from '../../../src/identity/key.ts'
import { EVENTS, ORIGIN, startService } from '../../support/start-service.ts'

const secret = 's'.repeat(32)
const keys = createKeys(secret)
const writeKey = keys.issue({ site: 'agency', access: 'events' })
const basic = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` }
const message = { userId: 'u1', ...EVENTS.order }
const text = JSON.stringify({ writeKey, batch: [message] })

async function start() {
  const running = await startService({ secret })
  const send = async (path: string, body: Buffer | string, headers: { [name: string]: string } = {}) => {
    const response = await fetch(running.url + path, {
      method: 'POST',
      body: Buffer.from(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
    return { status: response.status, body: (await response.json()) as BatchResponse & ErrorBody }
  }
  return { ...running, send }
}

const gzip = (body: string): Buffer => gzipSync(body)

test.each<[encoding: string, body: Buffer | string]>([
  ['gzip', gzip(text)],
  ['x-gzip', gzip(text)],
  ['GZIP', gzip(text)],
  ['deflate', deflateSync(text)],
  ['deflate', deflateRawSync(text)],
  ['br', brotliCompressSync(text)],
  ['identity', text],
  ['identity, gzip', gzip(text)],
  ['deflate, gzip', gzipSync(deflateSync(text))],
  ['', text],
  ['gzip', gzip(`\ufeff${text}`)],
])('a batch with Content-Encoding %s is taken', async (encoding, body) => {
  const { send } = await start()
  for (const path of ['/v1/batch', '/v1/import', '/v1/b']) {
    const answer = await send(path, body, { 'content-encoding': encoding })
    expect([path, answer.status, answer.body.results]).toEqual([path, 200, ['accepted']])
  }
  expect(
    (await send('/v1/track', gzip(JSON.stringify({ writeKey, ...message })), { 'content-encoding': 'gzip' })).status,
  ).toBe(200)
})

test.each<[encoding: string, path: string, body: Buffer | string, refusal: [status: number, code: string]]>([
  ['compress', '/v1/batch', text, [415, 'encoding_unsupported']],
  ['zstd', '/v1/batch', text, [415, 'encoding_unsupported']],
  ['constructor', '/v1/batch', text, [415, 'encoding_unsupported']],
  ['gzip, gzip, gzip', '/v1/batch', text, [415, 'encoding_unsupported']],
  ['gzip', '/v1/decide', gzip(text), [415, 'encoding_unsupported']],
  ['gzip', '/v1/erase', gzip(text), [415, 'encoding_unsupported']],
  ['gzip', '/v1/batch', text, [400, 'body_invalid']],
  ['gzip', '/v1/batch', gzip(text).subarray(0, -9), [400, 'body_invalid']],
  ['br', '/v1/batch', gzip(text), [400, 'body_invalid']],
  ['deflate', '/v1/batch', '', [400, 'body_invalid']],
  ['gzip', '/v1/batch', gzip('x'.repeat(65_537)), [413, 'body_too_large']],
  ['gzip', '/v1/batch', gzip(' '.repeat(50_000_000)), [413, 'body_too_large']],
  ['br', '/v1/batch', brotliCompressSync(Buffer.alloc(50_000_000)), [413, 'body_too_large']],
  ['gzip, gzip', '/v1/batch', gzipSync(gzipSync(Buffer.alloc(50_000_000))), [413, 'body_too_large']],
])('a body with Content-Encoding %s at %s is refused as what it is', async (encoding, path, body, refusal) => {
  const { send } = await start()
  const answer = await send(path, body, { 'content-encoding': encoding })
  expect([answer.status, answer.body.error.code]).toEqual(refusal)
  expect((await send('/v1/batch', text)).status).toBe(200)
})

test('many compressed bodies at once are inflated a few at a time, each as its own', async () => {
  const inflate = createInflater()
  const texts = Array.from({ length: 200 }, (_none, index) => `${index} `.repeat(index))
  const inflated = await Promise.all(texts.map((each) => inflate(gzipSync(each), ['gzip'], 100_000)))
  expect(inflated.map(String)).toEqual(texts)
})

test('who has no key gets no room for a large body, by whatever header, and is refused before it is sent', async () => {
  const { service, send, post } = await start()
  const large = JSON.stringify({ batch: [{ ...message, properties: { a: 'x'.repeat(400_000) } }] })
  expect((await send('/v1/batch', large, basic)).status).toBe(200)
  expect((await send('/v1/batch', large, { authorization: 'Basic eA==' })).status).toBe(401)
  expect((await send('/v1/batch', large.replace('{', `{"writeKey":"${writeKey}",`))).status).toBe(413)
  expect((await post('/v1/decide', large, basic)).status).toBe(413)
  const port = service.address?.port as number
  for (const path of ['/v1/batch', '/v1/decide']) {
    for (const expectation of ['', 'Expect: 100-continue\r\n']) {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n${expectation}Content-Length: 512001\r\n\r\n`,
        ),
      )
      const [answer] = (await once(socket, 'data')) as [Buffer]
      expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /)
      socket.destroy()
    }
  }
})

test.each<[headers: string, status: number]>([
  ['Content-Type: text/plain\r\nOrigin: https://evil.example', 403],
  ['Content-Type: text/plain\r\nAuthorization: Bearer none', 401],
  ['Content-Type: image/png', 415],
  ['X-None: 1', 415],
  ['Content-Type: text/plain\r\nContent-Encoding: gzip', 415],
])('a question with %s is refused before its body is there', async (headers, status) => {
  const { service } = await start()
  const socket = connect(service.address?.port as number, '127.0.0.1', () =>
    socket.write(`POST /v1/decide HTTP/1.1\r\nHost: x\r\n${headers}\r\nContent-Length: 100\r\n\r\n{`),
  )
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(String(answer)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  socket.destroy()
})

test('a body without a length is refused at the byte that is too many, and its sender hears why', async () => {
  const { service } = await start()
  const port = service.address?.port as number
  const chunk = `${(10_000).toString(16)}\r\n${'x'.repeat(10_000)}\r\n`
  const heard: string[] = []
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(
      `POST /v1/batch HTTP/1.1\r\nHost: x\r\nOrigin: ${ORIGIN}\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    for (let index = 0; index < 20; index++) socket.write(chunk)
    socket.write('0\r\n\r\n')
  })
  socket.on('data', (data) => heard.push(String(data)))
  onTestFinished(() => void socket.destroy())
  await once(socket, 'data')
  expect(heard.join('')).toMatch(/^HTTP\/1\.1 413 [^]*access-control-allow-origin: https:\/\/www\.brand\.example/i)
  // The connection goes on: what was too much has been read to its end.
  socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'data')
  expect(heard.join('')).toMatch(/HTTP\/1\.1 200 /)
})

test('bodies that trickle in take no more than their room, and keep no event and no decision out', async () => {
  const { service, send, decide } = await start()
  const port = service.address?.port as number
  const sockets: Socket[] = []
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()))
  const half = `POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 65000\r\n\r\n${'x'.repeat(64_900)}`
  const begin = (): Promise<string> => {
    const socket = connect(port, '127.0.0.1', () => socket.write(half))
    sockets.push(socket)
    return new Promise((resolve) => socket.once('data', (data) => resolve(String(data).slice(9, 12))))
  }
  // 26 MB, where there is room for 16.
  expect(await Promise.race(Array.from({ length: 400 }, begin))).toBe('429')
  expect((await send('/v1/batch', text)).status).toBe(200)
  expect((await decide()).status).toBe(200)
  const metrics = await (await fetch(`${service.adminAddress?.url}/metrics`)).text()
  expect(metrics).toMatch(/prepaint_refused_total\{cause="memory"\} [1-9]/)
})

async function openAt(port: number, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1').on('error', () => undefined))
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  return sockets
}

test('there are no more connections than may be: the others are closed at once, and counted', async () => {
  const { service } = await startService({ maxConnections: 40 })
  const sockets = await openAt(service.address?.port as number, 60)
  let closed = 0
  await new Promise<void>((resolve) => {
    for (const socket of sockets) socket.once('close', () => ++closed === 20 && resolve())
  })
  const metrics = await (await fetch(`${service.adminAddress?.url}/metrics`)).text()
  expect(metrics).toContain('prepaint_unrouted_total{cause="connections"} 20')
})

test('when there are many, those that nobody uses make room for others', async () => {
  const { service, decide } = await startService({ maxConnections: 40 })
  const port = service.address?.port as number
  const idle = await openAt(port, 30)
  await Promise.all(
    idle.map((socket) => {
      socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
      return once(socket, 'data')
    }),
  )
  const closed = Promise.all(idle.map((socket) => once(socket, 'close')))
  await openAt(port, 1)
  await closed
  expect((await decide()).status).toBe(200)
})
