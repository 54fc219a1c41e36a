import { METHODS } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { createKeys } from '../../../src/identity/key.ts'
import { ORIGIN, PAGE, startService } from '../../support/start-service.ts'

const secret = 's'.repeat(32)
const question = JSON.stringify({ v: 1, site: 'agency', consent: 'pending', page: PAGE })

/** Public routes, each with the method that it takes. */
const ROUTES: [path: string, method: string][] = [
  ['/v1/decide', 'POST'],
  ['/v1/erase', 'POST'],
  ...['batch', 'b', 'import', 'track', 't', 'page', 'identify', 'group', 'alias', 'screen'].map(
    (name): [string, string] => [`/v1/${name}`, 'POST'],
  ),
  ['/v1/decide/agency/any', 'GET'],
  ['/v1/doctor', 'GET'],
  ['/v1/openapi.json', 'GET'],
  ['/prepaint.js', 'GET'],
  ['/healthz', 'GET'],
  ['/readyz', 'GET'],
]

/** Sends bytes and resolves with what comes back, when the service ends the connection or `isAll` of it is there. */
function talk(port: number, bytes: string, isAll?: (heard: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
    socket.on('data', (data) => {
      heard += String(data)
      if (isAll?.(heard)) socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(heard))
  })
}

const isAnswer = (heard: string): boolean => /\r\n\r\n/.test(heard)

test('a preflight of every route allows the headers that monitoring agents add, and keys only where events are taken', async () => {
  const { url } = await startService()
  const agents = [
    'traceparent',
    'tracestate',
    'Request-Id',
    'x-datadog-trace-id',
    'X-Retry-Count',
    'content-type',
    'Authorization',
  ]
  for (const [path, method] of ROUTES) {
    const ask = (headers: string, origin = ORIGIN) =>
      fetch(url + path, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
      })
    const answer = await ask(agents.join(','))
    const isPublic = answer.headers.get('access-control-allow-origin') === '*'
    const takesKey = method === 'POST' && !/decide|erase/.test(path)
    const allowed = agents
      .map((name) => name.toLowerCase())
      .filter((name) => takesKey || name !== 'authorization')
      .join(', ')
    expect([path, answer.status, answer.headers.get('access-control-allow-headers')]).toEqual([path, 204, allowed])
    expect(answer.headers.get('access-control-allow-methods')?.split(', ')).toContain(method)
    expect(answer.headers.get('access-control-max-age')).toBe('86400')
    expect(answer.headers.get('vary')).toBe(
      isPublic ? 'Access-Control-Request-Headers' : 'Origin, Access-Control-Request-Headers',
    )
    expect(['*', ORIGIN]).toContain(answer.headers.get('access-control-allow-origin'))
    const foreign = await ask('traceparent', 'https://evil.example')
    expect([path, foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual(
      isPublic ? [path, 204, '*'] : [path, 403, null],
    )
    const odd = await ask(`x(y),traceparent, ,${'z'.repeat(65)},*`)
    expect(odd.headers.get('access-control-allow-headers')).toBe('traceparent')
    const long = await ask('x-a,'.repeat(1_000))
    expect([long.status, long.headers.get('access-control-allow-headers')]).toEqual([204, null])
  }
  const nothing = await fetch(`${url}/v1/nothing`, { method: 'OPTIONS', headers: { origin: ORIGIN } })
  expect([nothing.status, nothing.headers.get('access-control-allow-origin')]).toEqual([404, ORIGIN])
})

test('a page of the site reads every refusal', async () => {
  const { post, url } = await startService({ visitorPerMinute: 1 })
  const headers = { origin: ORIGIN }
  const body = { ...(JSON.parse(question) as object), token: 't'.repeat(30) }
  expect((await post('/v1/decide', body, headers)).status).toBe(200)
  const refused = [
    await post('/v1/decide', body, headers),
    await post('/v1/decide', 'x'.repeat(9_000), headers),
    await post('/v1/decide', '{', headers),
    await post('/v1/decide', question, { ...headers, 'content-type': 'image/png' }),
    await post('/v1/batch', question, { ...headers, 'content-encoding': 'compress' }),
    await post('/v1/nothing', question, headers),
    await fetch(`${url}/v1/decide`, { method: 'PUT', body: question, headers }),
  ]
  expect(refused.map(({ status }) => status)).toEqual([429, 413, 400, 415, 415, 404, 405])
  for (const answer of refused) {
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([answer.status, ORIGIN])
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  }
})

test('every method that Node knows is answered: by the route, or with 405 and what the route takes', async () => {
  const { service } = await startService()
  const port = service.address?.port as number
  for (const method of [...METHODS, 'FOO', 'query', 'X-Y.Z'].filter(
    (name) => !/^(GET|HEAD|POST|OPTIONS)$/.test(name),
  )) {
    for (const [path, more] of [
      ['/v1/decide', ''],
      ['/prepaint.js', ''],
      ['/v1/batch', 'Content-Type: application/json\r\nContent-Length: 2\r\n'],
    ] as const) {
      const answer = await talk(port, `${method} ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n${more && '{}'}`, isAnswer)
      expect([method, path, answer.split('\r\n')[0]]).toEqual([method, path, 'HTTP/1.1 405 Method Not Allowed'])
      expect([
        method,
        /^allow: (.*POST|GET)/im.test(answer),
        /^x-content-type-options: nosniff/im.test(answer),
      ]).toEqual([method, true, true])
    }
    const nowhere = await talk(port, `${method} /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n`, isAnswer)
    expect(nowhere).toMatch(/^HTTP\/1\.1 40[45] /)
  }
  expect(await talk(port, 'HEAD /v1/decide HTTP/1.1\r\nHost: x\r\n\r\n', isAnswer)).toMatch(/^HTTP\/1\.1 405 /)
})

test('slashes, queries and escapes in an address change nothing', async () => {
  const { url, post, decide, batch } = await startService()
  const token = (await decide()).body.token as string
  for (const path of [
    '/v1/decide/',
    '//v1/decide',
    '/v1//decide//',
    '/v1/decide?a=1&b',
    `/v1/decide?${'&'.repeat(10_000)}`,
    '/v1/%64ecide',
    '/%76%31/decide',
  ]) {
    expect([path, (await post(path, question)).status]).toEqual([path, 200])
  }
  expect((await batch(token, [])).status).toBe(400)
  for (const path of ['/healthz/', '//healthz', '/prepaint.js/', '/prepaint.js?v=2', '/v1/doctor//?x']) {
    const answer = await fetch(url + path)
    expect([path, answer.status, answer.headers.get('x-content-type-options')]).toEqual([path, 200, 'nosniff'])
  }
})

test('headers beyond 16 KB are 431, which is logged and counted, and up to that they are taken', async () => {
  const { service, logged, decide } = await startService()
  const port = service.address?.port as number
  const ask = (bytes: number) =>
    talk(port, `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: ${'c'.repeat(bytes)}\r\n\r\n`)
  expect(await ask(15_000)).toMatch(/^HTTP\/1\.1 200 /)
  for (const bytes of [17_000, 64_000])
    expect(await ask(bytes)).toMatch(/^HTTP\/1\.1 431 [^]*nosniff[^]*headers_too_large/)
  expect(await logged(({ status }) => status === 431)).toMatchObject({ code: 'headers_too_large' })
  const metrics = await (await fetch(`${service.adminAddress?.url}/metrics`)).text()
  expect(metrics).toContain('prepaint_unrouted_total{cause="headers_too_large"} 2')
  expect((await decide()).status).toBe(200)
})

test('a server key opens nothing to a page that a page may not have, whatever it asks for beforehand', async () => {
  const { url, post } = await startService({ secret })
  const authorization = `Bearer ${createKeys(secret).issue({ site: 'agency', access: 'server' })}`
  expect((await post('/v1/erase', { userId: 'u1' }, { authorization })).status).toBe(202)
  const asked = await fetch(`${url}/v1/erase`, {
    method: 'OPTIONS',
    headers: {
      origin: ORIGIN,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'AUTHORIZATION, authorization',
    },
  })
  expect([asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([204, null])
})
