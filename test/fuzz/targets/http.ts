import { connect } from 'node:net'
import type { DecideResponse } from 'prepaint/protocol'
import { startFuzzService } from '../service.ts'
import { bytesOf, promise, type Target } from '../target.ts'

/** Longest wait for an answer, in ms: a service that hangs breaks a promise as one that fails does. */
const ANSWER_MS = 10_000

/** A probe follows so many inputs: does the service decide, and learn? */
const INPUTS_PER_PROBE = 100

const PATHS = [
  '/v1/decide',
  '/v1/batch',
  '/v1/b',
  '/v1/track',
  '/v1/identify',
  '/v1/erase',
  '/v1/context/x',
  '/prepaint.js',
  '/healthz',
  '/nothing',
]

const WORDS = [
  ...PATHS,
  ...[
    'GET ',
    'POST ',
    'OPTIONS ',
    'QUERY ',
    'HTTP/1.0',
    'Content-Length: 0',
    'Transfer-Encoding: chunked',
    'Content-Encoding: gzip',
    'Content-Encoding: br',
  ],
  ...[
    'Expect: 100-continue',
    'Connection: Upgrade',
    'Upgrade: h2c',
    'X-Forwarded-For: [::1]:1',
    'Sec-GPC: 1',
    'If-None-Match: W/"x", *',
    'Authorization: Basic eDo=',
  ],
  ...[
    'granted',
    'token',
    'link',
    'unlink',
    'session',
    'batch',
    'messageId',
    'context',
    'traits',
    'consent',
    'utcOffsetMin',
    '\r\n\r\n',
  ],
]

/** An exchange as its bytes; the length of the body is filled in when it is sent. */
function request(method: string, path: string, body: unknown, headers = ''): Uint8Array {
  return bytesOf(
    `${method} ${path} HTTP/1.1\r\nHost: shop\r\nContent-Type: text/plain\r\n${headers}\r\n${body === undefined ? '' : JSON.stringify(body)}`,
  )
}

/** With the length that the body has, unless the input says one itself. */
function withLength(input: Uint8Array): Uint8Array {
  const bytes = Buffer.from(input)
  const end = bytes.indexOf('\r\n\r\n')
  const start = bytes.indexOf('\r\n')
  if (end < 0 || start < 0 || /content-length|transfer-encoding/i.test(bytes.toString('latin1', 0, end))) return bytes
  const length = Buffer.from(`\r\nContent-Length: ${bytes.length - end - 4}`)
  return Buffer.concat([bytes.subarray(0, start), length, bytes.subarray(start)])
}

/** Returns all bytes that come back until the service closes the connection or falls silent. */
function exchange(port: number, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1')
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no end of the answer within ${ANSWER_MS} ms, after: ${text.slice(0, 200)}`))
    }, ANSWER_MS)
    socket.on('data', (chunk) => (text += chunk.toString('latin1')))
    // Half an exchange may be cut off by either end.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(text)
    })
    socket.end(bytes)
  })
}

/** No body, header or path makes the service fail, hang or stop learning from others. */
export async function createHttpTarget(): Promise<Target> {
  const { service, url, close } = await startFuzzService()
  const port = Number(new URL(url).port)
  const page = { path: '/', campaign: '', referrer: '' }

  async function post<Body>(path: string, body: object): Promise<Body> {
    const answer = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })
    promise(answer.status === 200, `a sound ${path} is answered ${answer.status}: ${await answer.clone().text()}`)
    return (await answer.json()) as Body
  }
  const ask = (token?: string): Promise<DecideResponse> =>
    post('/v1/decide', { v: 1, site: 'shop', consent: 'granted', token, page })

  let probes = 0
  async function probe(): Promise<void> {
    const { token } = await ask()
    const timestamp = new Date().toISOString()
    const event = { type: 'track', event: 'Bought', messageId: `probe-${probes++}`, timestamp }
    await post('/v1/batch', { v: 1, site: 'shop', consent: 'granted', token, sentAt: timestamp, batch: [event] })
    await service.caughtUp()
    const { slots } = await ask(token)
    promise(slots['headline']?.variant === 'thanks', `an event is not learnt: ${JSON.stringify(slots)}`)
  }

  const { token = '' } = await ask()
  const question = {
    v: 1,
    site: 'shop',
    consent: 'granted',
    token,
    page,
    session: { views: 1, visits: 1 },
    utcOffsetMin: 60,
  }
  const event = {
    type: 'track',
    event: 'constructor',
    messageId: 'm-1',
    timestamp: '2026-11-28T00:00:00Z',
    properties: { toJSON: { constructor: 1 } },
  }
  const batch = {
    v: 1,
    site: 'shop',
    consent: 'granted',
    token,
    sentAt: event.timestamp,
    batch: [event, { ...event, type: 'identify', traits: { toJSON: 1 } }],
  }
  let runs = 0
  return {
    name: 'http',
    words: WORDS,
    seeds: [
      request('POST', '/v1/decide', question, 'Origin: https://www.shop.example\r\n'),
      request('POST', '/v1/batch', batch),
      request(
        'POST',
        '/v1/batch',
        { batch: [{ ...event, userId: 7 }], sentAt: event.timestamp },
        'Authorization: Basic eDo=\r\n',
      ),
      request('POST', '/v1/track', { ...event, writeKey: 'events.shop.x' }),
      request(
        'OPTIONS',
        '/v1/decide',
        undefined,
        'Origin: https://www.shop.example\r\nAccess-Control-Request-Headers: traceparent\r\n',
      ),
      ...PATHS.map((path) => request('GET', path, undefined)),
    ],
    async run(input) {
      const answer = await exchange(port, withLength(input))
      const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
      promise(!statuses.includes(500), `the service failed: ${answer.slice(0, 500)}`)
      if (++runs % INPUTS_PER_PROBE === 0) await probe()
    },
    async close() {
      await probe()
      await close()
    },
  }
}
