import { request } from 'node:http'
import { expect, test } from 'vitest'
import { deadStore } from '../../support/dead-store.ts'
import { EVENTS, ORIGIN, SENT_AT, startService } from '../../support/start-service.ts'

test('health and metrics are on a listener of their own, and metrics nowhere else', async () => {
  const { service, url } = await startService()
  await service.caughtUp()
  const admin = service.adminAddress?.url as string
  expect(admin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(admin).not.toBe(url)
  expect((await fetch(`${admin}/healthz`)).status).toBe(200)
  expect((await fetch(`${admin}/readyz`)).status).toBe(200)
  const metrics = await fetch(`${admin}/metrics`)
  expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(await metrics.text()).toMatch(/^process_cpu_seconds_total \d/m)
  expect((await fetch(`${url}/metrics`)).status).toBe(404)
  expect((await fetch(`${admin}/v1/decide`, { method: 'POST', body: '{}' })).status).toBe(404)
})

test('the metrics tell what was decided, learnt and refused, and nothing of the visitor', async () => {
  const { service, decide, batch, post, url } = await startService()
  const headers = { origin: ORIGIN, 'user-agent': 'SecretBrowser/7' }
  const token = (await decide({}, headers)).body.token as string
  await decide({ token, page: { path: '/secret', campaign: 'secret', referrer: '' } }, headers)
  await decide({ consent: 'pending' })
  const assigned = (outcome: string, messageId: string) => ({
    type: 'track',
    event: 'pp:assigned',
    messageId,
    timestamp: SENT_AT,
    properties: { outcome },
  })
  await batch(token, [
    EVENTS.order,
    { type: 'secret' },
    assigned('late', 'a'),
    assigned('shown', 'b'),
    assigned('secret', 'c'),
  ])
  await post('/v1/decide', '{"secret":')
  await fetch(`${url}/secret`)
  await service.caughtUp()
  const metrics = await (await fetch(`${service.adminAddress?.url}/metrics`)).text()
  for (const line of [
    'prepaint_slot_decisions_total{site="agency",tier="live",reason="match"} 2',
    'prepaint_slot_decisions_total{site="agency",tier="live",reason="no-match"} 2',
    'prepaint_slot_decisions_total{site="agency",tier="contextual",reason="no-match"} 2',
    'prepaint_profile_reads_total{outcome="live"} 1',
    'prepaint_events_total{site="agency",result="accepted"} 4',
    'prepaint_events_total{site="agency",result="invalid"} 1',
    'prepaint_assigned_total{site="agency",outcome="late"} 1',
    'prepaint_assigned_total{site="agency",outcome="shown"} 1',
    'prepaint_assigned_total{site="agency",outcome="unknown"} 1',
    'prepaint_requests_total{route="/v1/decide",status="200"} 3',
    'prepaint_requests_total{route="/v1/decide",status="400"} 1',
    'prepaint_requests_total{route="/v1/batch",status="200"} 1',
    'prepaint_requests_total{route="none",status="404"} 1',
    'prepaint_breaker_state 0',
    'prepaint_fold_pending_bytes 0',
    'prepaint_fold_seconds_count 1',
  ]) {
    expect(metrics.split('\n')).toContain(line)
  }
  expect(metrics).toMatch(/^nodejs_eventloop_lag_p99_seconds /m)
  for (const secret of [token, token.split('.')[0] as string, 'Secret', 'secret']) expect(metrics).not.toContain(secret)
})

test('with a store that has stopped answering, decisions go on without it and the metrics say so', async () => {
  const { service, decide } = await startService({ budgetMs: 1 }, { store: deadStore() })
  const token = (await decide()).body.token as string
  for (let index = 0; index < 20; index++) {
    // Each of another visitor, so that no read is shared.
    const { body } = await decide({ token: (await decide()).body.token })
    expect(body.slots['masthead']?.tier).toBe('contextual')
  }
  expect((await decide({ token })).status).toBe(200)
  const metrics = await (await fetch(`${service.adminAddress?.url}/metrics`)).text()
  expect(metrics).toContain('prepaint_breaker_state 2')
  expect(metrics).toContain('prepaint_profile_reads_total{outcome="late"} 16')
  expect(metrics).toContain('prepaint_profile_reads_total{outcome="refused"} 5')
})

/** Asks by a name of the host that `fetch` would not let one choose. */
function status(url: string, host: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url + path, { headers: { host } }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })
}

test('the admin listener goes by addresses, localhost and the names it was given, and by no name of a page', async () => {
  const { service } = await startService({ adminNames: ['Prepaint.internal'] })
  const url = service.adminAddress?.url as string
  for (const host of [
    'localhost',
    'LOCALHOST:4311',
    'a.localhost:1',
    '127.0.0.1:4311',
    '[::1]:4311',
    '10.0.0.5',
    '127.8.8.8',
    'localhost.',
    'prepaint.internal:80',
  ]) {
    expect([host, await status(url, host, '/metrics')]).toEqual([host, 200])
  }
  for (const host of [
    'evil.example',
    'evil.example:4311',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'xlocalhost',
    '127.0.0.1@evil.example',
    'x'.repeat(5_000),
    'prepaint.internal.evil.example',
  ]) {
    for (const path of ['/metrics', '/healthz', '/nothing'])
      expect([host, await status(url, host, path)]).toEqual([host, 403])
  }
})
