import type { DecideResponse } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { isNginxAsked } from '../../../../scripts/nginx.mjs'
import { contextKey, parseContextKey } from '../../../src/http/routes/context-key.ts'
import { startNginx } from '../../support/nginx.ts'
import { CATALOG, startService } from '../../support/start-service.ts'

const ROUTE = '/v1/decide/:site/:key'

function look(url: string, headers: { [name: string]: string } = {}): Promise<Response> {
  return fetch(url, { headers, redirect: 'manual' })
}

test('a context is decided by its address alone, for any page and any cache', async () => {
  const { url } = await startService()
  const response = await look(`${url}/v1/decide/agency/campaign=spring`, { origin: 'https://anybody.example' })
  expect(response.status).toBe(200)
  const headers = Object.fromEntries(response.headers)
  expect(headers).toMatchObject({ 'cache-control': 'public, max-age=60', 'access-control-allow-origin': '*' })
  for (const name of ['vary', 'set-cookie', 'etag']) expect(headers).not.toHaveProperty(name)
  const body = (await response.json()) as DecideResponse
  expect(body).toMatchObject({
    v: 1,
    consent: 'pending',
    slots: { headline: { experience: 'spring-headline', tier: 'contextual' } },
  })
  expect(body).not.toHaveProperty('token')
})

test('device and language come from the key, never from the headers', async () => {
  const { url } = await startService()
  const phone = { 'user-agent': 'iPhone Mobile', 'accept-language': 'de-CH', 'sec-gpc': '1', cookie: 'pp_id=x' }
  const masthead = async (key: string) => {
    const body = (await (await look(`${url}/v1/decide/agency/${key}`, phone)).json()) as DecideResponse
    return body.slots['masthead']?.reason
  }
  expect(await masthead('device=mobile,language=de-CH')).toBe('no-id')
  expect(await masthead('any')).toBe('no-match')
})

test.each([
  ['language=de-CH,device=mobile', 'device=mobile,language=de-CH'],
  ['device=desktop', 'any'],
  ['any?a=1', 'any'],
  ['any?', 'any'],
  ['campaign=spring&x', undefined],
  ['campaign=~73pring', 'campaign=spring'],
  ['campaign=%73pring', 'campaign=spring'],
  ['path=~2Fsale', 'any'],
  ['source=x,campaign=spring', 'campaign=spring'],
  ['campaign=a~20b~2Cc', 'campaign=a~20b~2Cc'],
  ['campaign=~F0~9F~92~90', 'campaign=~F0~9F~92~90'],
  ['campaign=~f0~9f', undefined],
  ['campaign=~F0', undefined],
  ['campaign=', undefined],
  ['campaign', undefined],
  ['campaign=a=b', undefined],
  ['campaign=a,campaign=a', undefined],
  ['any,campaign=a', undefined],
  ['color=red', undefined],
  ['constructor=red', undefined],
  ['device=watch', undefined],
  ['language=DE-ch', undefined],
  ['language=de;q', undefined],
  ['campaign=%0d%0aset-cookie:x', undefined],
  [`campaign=${'x'.repeat(1_015)}`, `campaign=${'x'.repeat(1_015)}`],
  [`campaign=${'x'.repeat(1_016)}`, undefined],
])('the key %s is answered as its one spelling, sent there, or refused', async (key, canonical) => {
  const { url } = await startService()
  const asked = `${url}/v1/decide/agency/${key}`
  const response = await look(asked)
  if (key === canonical) return expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  if (canonical === undefined) {
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'context_invalid' } }])
  } else {
    const location = new URL(response.headers.get('location') ?? '', asked).href
    expect([response.status, location]).toEqual([302, `${url}/v1/decide/agency/${canonical}`])
    expect((await look(location)).status).toBe(200)
  }
})

test('every context has one key, and a key that was written is read as it was meant', () => {
  const reads = new Set(['path', 'campaign', 'device', 'language', 'referrer'])
  const facts = {
    path: '/a b/ü~%,=',
    campaign: "it's (new)!*",
    device: 'tablet',
    language: 'pt-BR',
    referrer: 'x.example',
  }
  const key = contextKey(facts, reads)
  expect(key).toMatch(/^[\w.~=,-]+$/)
  expect(parseContextKey(key)).toEqual(facts)
  expect(contextKey(Object.fromEntries(Object.entries(facts).reverse()), reads)).toBe(key)
  expect(contextKey({ ...facts, term: 'not read' }, reads)).toBe(key)
  expect(contextKey({}, reads)).toBe('any')
})

test('a site that is unknown or oddly spelt is not kept either', async () => {
  const { url } = await startService()
  const unknown = await look(`${url}/v1/decide/none/any`)
  expect([unknown.status, unknown.headers.get('cache-control')]).toEqual([404, 'no-store'])
  const odd = await look(`${url}/v1/decide/%61gency/any`)
  expect([odd.status, odd.headers.get('location')]).toEqual([302, '../agency/any'])
})

test('who asks too often is refused here too, and the refusal is kept by no cache', async () => {
  const { url } = await startService({ sitePerMinute: 1 })
  const address = `${url}/v1/decide/agency/any`
  expect((await look(address)).status).toBe(200)
  const refused = await look(address)
  expect([refused.status, refused.headers.get('cache-control')]).toEqual([429, 'no-store'])
})

test('a schedule that is about to change an answer shortens its life in caches', async () => {
  const until = Date.parse('2026-12-01T00:00:00Z')
  const scheduled = CATALOG.replace('audience: spring\n', "audience: spring\n    until: '2026-12-01T00:00:00Z'\n")
  for (const [beforeMs, control] of [
    [3_600_000, 'public, max-age=60'],
    [59_999, 'public, max-age=59'],
    [999, 'no-store'],
  ] as const) {
    const { url } = await startService({ catalog: scheduled }, { now: () => until - beforeMs })
    const response = await look(`${url}/v1/decide/agency/campaign=spring`)
    expect([beforeMs, response.headers.get('cache-control')]).toEqual([beforeMs, control])
  }
})

test('an answer that depends on the place, which stands in no address, is kept by no shared cache', async () => {
  const byCountry = CATALOG.replace(
    '{ page.campaign: spring }',
    '{ $and: [{ geo.country: CH }, { page.campaign: spring }] }',
  )
  const control = async (catalog: string, geoHeaders: { country?: string }) => {
    const { url } = await startService({ catalog, trustedProxies: ['127.0.0.1'], geoHeaders })
    return (await look(`${url}/v1/decide/agency/campaign=spring`, { 'x-country': 'CH' })).headers.get('cache-control')
  }
  expect(await control(byCountry, { country: 'x-country' })).toBe('private, max-age=60')
  expect(await control(byCountry, {})).toBe('public, max-age=60')
  expect(await control(CATALOG, { country: 'x-country' })).toBe('public, max-age=60')
})

test.each([
  '/v1/decide/agency/any/',
  '/v1//decide/agency/any',
  '//v1/decide//agency///any//',
  '/v1/%64ecide/agency/any',
  '/v1/decide/agency/any?x',
])('the spelling %s of an address is sent to the one, below any prefix', async (path) => {
  const { url } = await startService()
  const response = await look(url + path)
  const location = response.headers.get('location') ?? ''
  expect(response.status).toBe(302)
  expect(
    new URL(location, url + path).pathname.replace('//v1', '/v1').replace('/v1//', '/v1/').replace('%64', 'd'),
  ).toBe('/v1/decide/agency/any')
  expect(new URL(location, `https://x.example/pp${path}`).pathname).toMatch(/^\/pp\/+v1\/+(d|%64)ecide\/agency\/any$/)
})

/** Headers that caches do not key by, and that services have trusted to their harm. */
const UNKEYED = {
  ...{
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-original-url': '/evil',
    'x-rewrite-url': '/evil',
  },
  ...{
    forwarded: 'host=evil.example',
    origin: 'https://evil.example',
    referer: 'https://evil.example/',
    'user-agent': 'iPhone Mobile',
  },
  ...{
    'accept-language': 'de-CH',
    'accept-encoding': 'br',
    'x-country': 'XX',
    authorization: 'Bearer x',
    range: 'bytes=0-1',
  },
  ...{
    'x-http-method-override': 'POST',
    'if-none-match': '*',
    'sec-gpc': '1',
    'cache-control': 'no-cache',
    cookie: 'pp_id=evil',
  },
}

if (isNginxAsked()) {
  test('behind a shared cache two visitors cost one request, and neither sees anything of the other', async () => {
    const { url, logLines } = await startService({ logRequests: true })
    const pp = await startNginx(url)
    const reached = (): number => logLines.filter(({ route }) => route === ROUTE).length
    // The two that nginx itself answers with less than the whole.
    const headers = Object.fromEntries(
      Object.entries(UNKEYED).filter(([name]) => !/^(range|if-none-match)$/.test(name)),
    )
    const first = await look(`${pp}/v1/decide/agency/campaign=spring`, headers)
    const second = await look(`${pp}/v1/decide/agency/campaign=spring`, {
      cookie: 'pp_id=second',
      'accept-language': 'fr',
    })
    expect([first, second].map((response) => response.headers.get('x-cache'))).toEqual(['MISS', 'HIT'])
    const direct = await look(`${url}/v1/decide/agency/campaign=spring`)
    const [one, two, alone] = await Promise.all([first.text(), second.text(), direct.text()])
    expect([two, alone]).toEqual([one, one])
    expect(one + JSON.stringify([...first.headers, ...second.headers])).not.toMatch(/evil|pp_id|set-cookie/i)
    expect(reached()).toBe(2)
  })

  test('no header that is not keyed changes what the cache keeps', async () => {
    const { url } = await startService({ geoHeaders: { country: 'x-country' } })
    const pp = await startNginx(url)
    const clean = await (await look(`${url}/v1/decide/agency/campaign=spring`)).json()
    for (const [index, [name, value]] of Object.entries(UNKEYED).entries()) {
      // Each meets an empty cache: a campaign of its own that the catalog does not know.
      const address = `${pp}/v1/decide/agency/campaign=other${index}`
      const poisoned = await look(address, { [name]: value })
      const after = await look(address)
      expect([name, await after.json()]).toEqual([
        name,
        {
          ...(clean as object),
          slots: expect.objectContaining({ headline: expect.objectContaining({ reason: 'no-match' }) }),
        },
      ])
      expect([name, after.status, after.headers.get('location')]).toEqual([name, 200, null])
      await poisoned.body?.cancel()
    }
  })

  test('another spelling, an error and a personal decision are never kept', async () => {
    const { url } = await startService()
    const pp = await startNginx(url)
    for (const key of ['campaign=spring?a', 'device=desktop', 'color=red']) {
      const both = [await look(`${pp}/v1/decide/agency/${key}`), await look(`${pp}/v1/decide/agency/${key}`)]
      expect([key, ...both.map((response) => response.headers.get('x-cache'))]).toEqual([key, 'MISS', 'MISS'])
    }
    const sent = await look(`${pp}/v1/decide/agency/device=desktop`)
    expect(new URL(sent.headers.get('location') ?? '', `${pp}/v1/decide/agency/device=desktop`).href).toBe(
      `${pp}/v1/decide/agency/any`,
    )
    const body = JSON.stringify({
      v: 1,
      site: 'agency',
      consent: 'granted',
      page: { path: '/', campaign: '', referrer: '' },
    })
    const ask = async () =>
      ((await (await fetch(`${pp}/v1/decide`, { method: 'POST', body })).json()) as DecideResponse).token
    const tokens = [await ask(), await ask()]
    expect(new Set(tokens).size).toBe(2)
  })

  test('many who come at once to an empty cache cost one request', async () => {
    const { url, logLines } = await startService({ logRequests: true })
    const pp = await startNginx(url)
    const responses = await Promise.all(
      Array.from({ length: 40 }, () => look(`${pp}/v1/decide/agency/campaign=spring`)),
    )
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200))
    expect(logLines.filter(({ route }) => route === ROUTE)).toHaveLength(1)
  })
}
