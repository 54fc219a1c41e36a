import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { createCertificate } from '../../lab/network/certificate.ts'
import { listen, type Listening } from '../../lab/network/listen.ts'
import { createSite, type Site, type SiteOptions } from '../../lab/network/site.ts'

const opened: Listening[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((listening) => listening.close()))
})

async function open(options: SiteOptions): Promise<Site> {
  const site = await createSite(options)
  opened.push(site)
  return site
}

/** A service that answers with what it was asked, and sets two cookies. */
async function echoService(): Promise<Listening> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.writeHead(201, { 'set-cookie': ['pp_id=1; Path=/', 'pp_consent=granted'], 'x-tier': 'live' })
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }))
    })
  })
  const service = await listen(server)
  opened.push(service)
  return service
}

interface Echo {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: string
}

test('a page comes in its chunks, each after its delay', async () => {
  const chunks = [{ html: '<h1>Good' }, { html: ' morning</h1>', delayMs: 60 }]
  const site = await open({ pages: { '/': { chunks, headers: { 'x-page': 'yes' } } } })
  const response = await fetch(site.origin)
  const arrivals: { text: string; atMs: number }[] = []
  for await (const chunk of response.body ?? []) {
    arrivals.push({ text: Buffer.from(chunk).toString(), atMs: performance.now() })
  }
  expect(response.headers.get('x-page')).toBe('yes')
  expect(arrivals.map((arrival) => arrival.text)).toEqual(['<h1>Good', ' morning</h1>'])
  expect((arrivals[1]?.atMs ?? 0) - (arrivals[0]?.atMs ?? 0)).toBeGreaterThan(40)
})

test('assets come from the handler and everything else is 404', async () => {
  const asset = (path: string) => (path === '/a.css' ? { body: 'b{}', type: 'text/css' } : undefined)
  const site = await open({ pages: {}, asset })
  const css = await fetch(`${site.origin}/a.css?v=1`)
  expect([css.status, css.headers.get('content-type'), await css.text()]).toEqual([200, 'text/css', 'b{}'])
  expect((await fetch(`${site.origin}/b.css`)).status).toBe(404)
  expect((await fetch(`${site.origin}/pp/v1/decide`)).status).toBe(404)
  expect(site.requests.of('/a.css').map(({ query }) => query)).toEqual(['?v=1'])
  expect(site.requests.of()).toHaveLength(3)
})

test('the service gets the request without the prefix and without the brand’s own cookies', async () => {
  const site = await open({ pages: {}, servicePort: (await echoService()).port })
  const response = await fetch(`${site.origin}/pp/v1/decide?x=1`, {
    method: 'POST',
    body: '{"v":1}',
    headers: {
      cookie: 'sid=secret; pp_id=1; pp_consent=granted',
      origin: site.origin,
      'sec-fetch-site': 'same-origin',
    },
  })
  const echo = (await response.json()) as Echo
  expect([echo.method, echo.url, echo.body]).toEqual(['POST', '/v1/decide?x=1', '{"v":1}'])
  expect(echo.headers.cookie).toBe('pp_id=1; pp_consent=granted')
  expect([echo.headers.origin, echo.headers['sec-fetch-site']]).toEqual([site.origin, 'same-origin'])
  expect(echo.headers['x-forwarded-host']).toBe(new URL(site.origin).host)
  expect(response.status).toBe(201)
  expect([response.headers.getSetCookie(), response.headers.get('x-tier')]).toEqual([
    ['pp_id=1; Path=/', 'pp_consent=granted'],
    'live',
  ])
})

test('no cookie header is sent on when none of the cookies is ours', async () => {
  const site = await open({ pages: {}, servicePort: (await echoService()).port })
  const response = await fetch(`${site.origin}/pp/v1/decide`, { headers: { cookie: 'sid=secret; xpp_id=2' } })
  expect('cookie' in ((await response.json()) as Echo).headers).toBe(false)
})

test('a service that is down is a 502', async () => {
  const service = await echoService()
  const site = await open({ pages: {}, servicePort: service.port })
  await opened.splice(opened.indexOf(service), 1)[0]?.close()
  expect((await fetch(`${site.origin}/pp/v1/decide`)).status).toBe(502)
})

test('with a certificate the site and its proxy speak HTTP/2', async () => {
  const tls = await createCertificate()
  const site = await open({ pages: {}, servicePort: (await echoService()).port, tls })
  const session = connectHttp2(site.origin, { ca: tls.cert })
  const stream = session.request({ ':method': 'POST', ':path': '/pp/v1/decide', cookie: 'sid=1; pp_id=2' })
  stream.end('{"v":1}')
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders]
  const echo = JSON.parse(await text(stream)) as Echo
  session.close()
  expect([headers[':status'], headers['set-cookie']]).toEqual([201, ['pp_id=1; Path=/', 'pp_consent=granted']])
  expect([echo.url, echo.body, echo.headers.cookie]).toEqual(['/v1/decide', '{"v":1}', 'pp_id=2'])
  expect(echo.headers['x-forwarded-proto']).toBe('https')
  expect(echo.headers['x-forwarded-host']).toBe(new URL(site.origin).host)
  expect(site.requests.of().map(({ httpVersion }) => httpVersion)).toEqual([2])
})
