import { expect, test } from 'vitest'
import { EVENTS, ORIGIN, PAGE, startService } from '../../support/start-service.ts'

test('a request is one line that holds nothing of the visitor', async () => {
  const { decide, batch, url, logLines, logged } = await startService()
  const headers = {
    origin: ORIGIN,
    'user-agent': 'SecretBrowser/7',
    'x-forwarded-for': '192.0.2.77',
    cookie: 'pp_id=crumb',
  }
  const page = { path: '/secret-path', campaign: 'secret-campaign', referrer: 'secret.example' }
  const token = (await decide({ page }, headers)).body.token as string
  await decide({ token, page }, headers)
  await batch(token, [EVENTS.identify], headers)
  await fetch(`${url}/secret-address?email=secret`, { headers })
  await fetch(`${url}/healthz?email=secret`, { headers })
  await logged(({ route }) => route === '/healthz')
  const requests = logLines.filter(({ method }) => method !== undefined)
  expect(requests.map(({ method, route, status, site }) => [method, route, status, site])).toEqual([
    ['POST', '/v1/decide', 200, 'agency'],
    ['POST', '/v1/decide', 200, 'agency'],
    ['POST', '/v1/batch', 200, 'agency'],
    ['GET', '-', 404, undefined],
    ['GET', '/healthz', 200, undefined],
  ])
  for (const line of requests) {
    const known = ['level', 'time', 'requestId', 'method', 'route', 'status', 'ms', 'site']
    expect(Object.keys(line).filter((field) => !known.includes(field))).toEqual([])
  }
  const text = JSON.stringify(logLines)
  const visitorId = token.split('.')[0] as string
  for (const secret of [token, visitorId, 'Secret', 'secret', '192.0.2.77', 'crumb', 'person-1', 'pro"']) {
    expect(text).not.toContain(secret)
  }
})

test('what a visitor sends does not reach the log through an error either', async () => {
  const { post, logLines, logged, decide } = await startService()
  await post('/v1/decide', '{"secret":')
  await post('/v1/decide', { v: 1, site: 'secret-site', consent: 'granted', page: PAGE })
  await post('/v1/decide', { secret: 'secret' }, { 'content-type': 'secret/secret' })
  await decide()
  await logged(({ status }) => status === 200)
  expect(logLines.filter(({ method }) => method !== undefined)).toHaveLength(4)
  expect(JSON.stringify(logLines)).not.toContain('secret')
})
