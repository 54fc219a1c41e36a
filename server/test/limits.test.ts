import { expect, test } from 'vitest'
import { networkOf } from '../src/http/network.ts'
import { createRateLimit } from '../src/http/rate-limit.ts'
import { EVENTS, startService } from './start-service.ts'

test('a minute\'s worth may be spent at once, and comes back evenly', () => {
  let nowMs = 0
  const limit = createRateLimit(4, () => nowMs)
  const ask = (): boolean => limit.admits('a')
  expect([ask(), ask(), ask(), ask(), ask()]).toEqual([true, true, true, true, false])
  nowMs = 14_999
  expect(ask()).toBe(false)
  nowMs = 15_000
  expect([ask(), ask()]).toEqual([true, false])
  expect(limit.admits('b')).toBe(true)
})

test('keys are bounded: who was admitted longest ago is forgotten', () => {
  const limit = createRateLimit(1, () => 0, 2)
  expect(['a', 'b', 'a', 'c', 'a', 'c'].map((key) => limit.admits(key))).toEqual([true, true, false, true, true, false])
})

test.each([
  ['203.0.113.7', '203.0.113'],
  ['::ffff:203.0.113.200', '203.0.113'],
  ['2001:db8:1:2::7', '2001:db8:1'],
  ['2001:0db8:0001:ffff:0:0:0:1', '2001:db8:1'],
  ['2001:db8::1', '2001:db8:0'],
  ['::2', '0:0:0'],
  ['127.0.0.1', undefined],
  ['::ffff:127.0.0.1', undefined],
  ['::1', undefined],
  ['unix', undefined],
])('%s is of network %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test('a visitor who asks too often is refused, with the time to wait, and nobody else is', async () => {
  const { decide, batch, service } = await startService({ visitorPerMinute: 3 })
  const token = (await decide()).body.token as string
  const other = (await decide()).body.token as string
  const answers = [await decide({ token }), await batch(token, [EVENTS.page]), await decide({ token })]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  const refused = await batch(token, [EVENTS.page])
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5'])
  expect(refused.body).toMatchObject({ error: { code: 'rate_limited', message: expect.stringContaining('visitor') } })
  expect((await decide({ token })).status).toBe(429)
  expect((await decide({ token: other })).status).toBe(200)
  expect((await decide()).status).toBe(200)
  const metrics = await (await fetch(`${service.adminAddress?.url}/metrics`)).text()
  expect(metrics).toContain('prepaint_refused_total{cause="visitor"} 2')
})

test('a network is limited by the address that a trusted proxy names, and by no other', async () => {
  const settings = { networkPerMinute: 1 }
  const open = await startService(settings)
  const from = (address: string) => ({ 'x-forwarded-for': address })
  expect((await open.decide({}, from('203.0.113.7'))).status).toBe(200)
  expect((await open.decide({}, from('203.0.113.7'))).status).toBe(200)
  const trusting = await startService({ ...settings, trustedProxies: ['127.0.0.0/8'] })
  expect((await trusting.decide({}, from('203.0.113.7'))).status).toBe(200)
  expect((await trusting.decide({}, from('203.0.113.8'))).status).toBe(429)
  expect((await trusting.decide({}, from('203.0.114.7'))).status).toBe(200)
  // What the client itself wrote stands before what the proxy added.
  expect((await trusting.decide({}, from('198.51.100.1, 203.0.113.9'))).status).toBe(429)
})

test('a site has a limit of its own', async () => {
  const { decide } = await startService({ sitePerMinute: 2 })
  const statuses = [await decide(), await decide(), await decide()].map(({ status }) => status)
  expect(statuses).toEqual([200, 200, 429])
})
