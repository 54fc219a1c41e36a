import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { createClientNetwork } from '../../../src/http/gate/client-network.ts'
import { type Charge, createLimits } from '../../../src/http/gate/limits.ts'
import { networkOf } from '../../../src/http/gate/network.ts'
import { createRateLimit, type RateLimit } from '../../../src/http/gate/rate-limit.ts'
import { resolveSettings } from '../../../src/settings/resolve-settings.ts'
import { EVENTS, startService } from '../../support/start-service.ts'

/** Asks once: charged only when it is allowed. */
function ask(limit: RateLimit, key: string): boolean {
  const isAllowed = limit.allows(key)
  if (isAllowed) limit.charge(key)
  return isAllowed
}

test("a minute's worth may be spent at once, and comes back evenly", () => {
  let nowMs = 0
  const limit = createRateLimit(4, () => nowMs)
  expect(Array.from({ length: 5 }, () => ask(limit, 'a'))).toEqual([true, true, true, true, false])
  nowMs = 14_999
  expect(ask(limit, 'a')).toBe(false)
  nowMs = 15_000
  expect([ask(limit, 'a'), ask(limit, 'a')]).toEqual([true, false])
  expect(ask(limit, 'b')).toBe(true)
})

test('asking whether a key may ask costs it nothing', () => {
  const limit = createRateLimit(1, () => 0)
  expect([limit.allows('a'), limit.allows('a'), ask(limit, 'a'), limit.allows('a')]).toEqual([true, true, true, false])
})

test('keys are bounded: who was admitted longest ago is forgotten', () => {
  const limit = createRateLimit(1, () => 0, 2)
  expect(['a', 'b', 'a', 'c', 'a', 'c'].map((key) => ask(limit, key))).toEqual([true, true, false, true, true, false])
})

test('keys are told apart by their first 128 characters, and the empty one is a key', () => {
  const limit = createRateLimit(1, () => 0)
  const [one, other] = ['x'.repeat(127), 'x'.repeat(128)]
  expect([ask(limit, one), ask(limit, other), ask(limit, `${other}y`), ask(limit, '')]).toEqual([
    true,
    true,
    false,
    true,
  ])
  expect(limit.size).toBe(3)
})

test('an allowance that was not used for hours is no more than a minute of it', () => {
  let nowMs = 0
  const limit = createRateLimit(2, () => nowMs)
  ask(limit, 'a')
  nowMs = 36_000_000
  expect([ask(limit, 'a'), ask(limit, 'a'), ask(limit, 'a')]).toEqual([true, true, false])
})

test('a request that was charged beyond its allowance waits until it is paid', () => {
  let nowMs = 0
  const limit = createRateLimit(2, () => nowMs)
  for (let request = 0; request < 4; request++) limit.charge('a')
  nowMs = 89_999
  expect(limit.allows('a')).toBe(false)
  nowMs = 90_000
  expect(limit.allows('a')).toBe(true)
})

test('a key that was cut from a long text keeps none of it, and no key is long', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const limit = createRateLimit(1, () => 0)
  const heapBytes = (): number => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = heapBytes()
  for (let index = 0; index < 20_000; index++) {
    const text = JSON.parse(`"${index}${'x'.repeat(4_000)}"`) as string
    const key = `site ${text.slice(0, 22)}`
    limit.allows(key)
    limit.charge(key)
  }
  limit.charge('y'.repeat(10_000_000))
  // 80 MB of texts went through; their keys take about 4.
  expect([limit.size, (heapBytes() - before) / 1_048_576 < 12]).toEqual([20_001, true])
})

const spellings: [address: string, network: string | undefined][] = [
  ['203.0.113.7', '203.0.113'],
  ['::ffff:203.0.113.200', '203.0.113'],
  ['::FFFF:cb00:7101', '203.0.113'],
  ['0:0:0:0:0:ffff:203.0.113.1', '203.0.113'],
  ['64:ff9b::203.0.113.9', '203.0.113'],
  ['64:ff9b::cb00:7109', '203.0.113'],
  ['203.0.113.7:5678', '203.0.113'],
  ['"203.0.113.7:5678"', '203.0.113'],
  [' 203.0.113.7 ', '203.0.113'],
  ['[::ffff:203.0.113.7]:443', '203.0.113'],
  ['::ffff:203.0.113.7:443', '203.0.113'],
  ['2001:db8:1:2::7', '2001:db8:1'],
  ['2001:0db8:0001:ffff:0:0:0:1', '2001:db8:1'],
  ['2001:DB8:1::', '2001:db8:1'],
  ['[2001:db8:1::1]', '2001:db8:1'],
  ['[2001:db8:1::1]:443', '2001:db8:1'],
  ['"[2001:db8:1::1]:443"', '2001:db8:1'],
  ['2001:db8:1::1%eth0', '2001:db8:1'],
  ['[2001:db8:1::1%25eth0]:443', '2001:db8:1'],
  ['2001:db8::1', '2001:db8:0'],
  ['::2', '0:0:0'],
  ['127.0.0.1', undefined],
  ['127.0.0.1:80', undefined],
  ['::ffff:127.0.0.1', undefined],
  ['::1', undefined],
  ['[::1]:80', undefined],
  ['unix', 'unknown'],
  ['unknown', 'unknown'],
  ['_hidden', 'unknown'],
  ['', 'unknown'],
  ['203.0.113', 'unknown'],
  ['203.0.113.256', 'unknown'],
  ['203.0.113.7:', 'unknown'],
  ['2001:db8:::1', 'unknown'],
  ['[2001:db8::1', 'unknown'],
  ['x'.repeat(60_000), 'unknown'],
]

test.each(spellings)('%s is of network %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

function peer(remoteAddress: string | undefined, forwarded?: string): FastifyRequest {
  return {
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as unknown as FastifyRequest
}

test.each([
  ['198.51.100.1', '203.0.113.7', '203.0.113'],
  ['198.51.100.1', '192.0.2.1, 203.0.113.7:5678', '203.0.113'],
  ['198.51.100.1', '203.0.113.7, 10.0.0.1:443', '203.0.113'],
  ['198.51.100.1', '203.0.113.7,, "[fd00::1]:443" ,10.0.0.1', '203.0.113'],
  ['::ffff:198.51.100.1', '203.0.113.7, ::ffff:10.0.0.1', '203.0.113'],
  ['198.51.100.1', '192.0.2.1, unknown', 'unknown'],
  ['198.51.100.1', '10.0.0.1', '10.0.0'],
  ['198.51.100.1', ' , ', '198.51.100'],
  ['198.51.100.1', undefined, '198.51.100'],
  ['198.51.100.1', `${'1.1.1.1,'.repeat(8_000)}203.0.113.7`, '203.0.113'],
  ['203.0.113.7', '192.0.2.1', '203.0.113'],
  ['192.168.1.1', '192.0.2.1', undefined],
  ['fe80::1', undefined, undefined],
  ['127.0.0.1', '192.0.2.1', undefined],
  [undefined, '192.0.2.1', undefined],
])('a peer at %s that names %s is of network %s', (address, forwarded, network) => {
  const networkFor = createClientNetwork(['198.51.100.0/24', '10.0.0.0/8', 'fd00::/8'])
  expect(networkFor(peer(address, forwarded))).toBe(network)
})

test('of an endless list of trusted proxies the last 32 are looked at', () => {
  const networkFor = createClientNetwork(['10.0.0.0/8'])
  const behind = (hops: number) => networkFor(peer('10.0.0.1', `203.0.113.7${', 10.0.0.2'.repeat(hops)}`))
  expect([behind(31), behind(32)]).toEqual(['203.0.113', '10.0.0'])
})

test.each(['10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1', '169.254.1.1', 'fd00::1'])(
  'behind %s everybody comes from one place',
  (address) => {
    expect(createClientNetwork([])(peer(address))).toBeUndefined()
  },
)

test.each([
  ['172.15.255.255', '172.15.255'],
  ['172.32.0.0', '172.32.0'],
  ['100.128.0.1', '100.128.0'],
  ['fec0::1', 'fec0:0:0'],
])('%s is on the internet', (address, network) => {
  expect(createClientNetwork([])(peer(address))).toBe(network)
})

test('a limit is of one visitor of one site, whatever signs their id, and what is no id is of nobody', () => {
  const refused: string[] = []
  const check = createLimits({
    sitePerMinute: Infinity,
    networkPerMinute: Infinity,
    visitorPerMinute: 1,
    now: () => 0,
    clientNetwork: () => 'one',
    onRefused: (limit) => refused.push(limit),
  })
  const passes = (site: string, visitor?: string): boolean => {
    try {
      check(peer('203.0.113.7'), site, visitor)
      return true
    } catch (error) {
      expect(error).toMatchObject({ code: 'rate_limited' })
      return false
    }
  }
  const id = 'v'.repeat(22)
  expect([passes('a', id), passes('a', `${id}.signature`), passes('b', id)]).toEqual([true, false, true])
  expect(passes('a', `${'v'.repeat(21)}w`)).toBe(true)
  for (const nobody of [undefined, '', 'null', 'v'.repeat(21)]) {
    expect([nobody, passes('a', nobody), passes('a', nobody)]).toEqual([nobody, true, true])
  }
  expect(refused).toEqual(['visitor'])
})

test('a network beyond its limit uses up nothing of what its site and its visitors may ask', () => {
  const refused: string[] = []
  const options = { sitePerMinute: 10, networkPerMinute: 3, visitorPerMinute: 5, now: () => 0 }
  const check = createLimits({
    ...options,
    clientNetwork: createClientNetwork(['127.0.0.1']),
    onRefused: (limit) => refused.push(limit),
  })
  const passes = (address: string, visitor?: string): boolean => {
    try {
      check(peer('127.0.0.1', address), 'shop', visitor)
      return true
    } catch {
      return false
    }
  }
  const flood = Array.from({ length: 500 }, () => passes('203.0.113.7', 'v'.repeat(22)))
  expect(flood.filter(Boolean)).toHaveLength(3)
  // Two are left to the visitor, seven to the site.
  expect(Array.from({ length: 3 }, () => passes('198.51.100.1', 'v'.repeat(22)))).toEqual([true, true, false])
  expect(Array.from({ length: 6 }, (_none, index) => passes(`192.0.${index}.1`))).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
  ])
  expect([...new Set(refused)]).toEqual(['network', 'visitor', 'site'])
})

test('limits are switched on, and wide enough for a carrier that has thousands of customers behind one network', () => {
  const { visitorPerMinute, networkPerMinute, sitePerMinute } = resolveSettings({
    catalogs: ['c.yaml'],
    dataDirectory: 'd',
  })
  expect([visitorPerMinute, networkPerMinute, sitePerMinute]).toEqual([600, 30_000, 600_000])
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

test('requests that have passed another process count here, and those that pass here are told', () => {
  const told: string[] = []
  let take: (charges: readonly Charge[]) => void = () => undefined
  const check = createLimits({
    ...{ sitePerMinute: 4, networkPerMinute: Infinity, visitorPerMinute: Infinity },
    clientNetwork: createClientNetwork([]),
    now: () => 0,
    onRefused: () => undefined,
    exchange: { charged: (limit, key) => told.push(`${limit} ${key}`), onCharges: (then) => void (take = then) },
  })
  const asked = (): void => check({} as FastifyRequest, 'shop', undefined)
  asked()
  expect(told).toEqual(['site shop'])
  take([
    ['site', 'shop', 2],
    ['visitor', 'shop ann', 9],
    ['site', 'other', 9],
  ])
  asked()
  expect(asked).toThrow('too many requests of this site')
  expect(told).toEqual(['site shop', 'site shop'])
})
