import { writeFile } from 'node:fs/promises'
import type { LiveMessage } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { spotAt, stateTv, TV_CATALOG, TV_SECRET } from '../../../lab/tv/site.ts'
import type { ServiceConfig } from '../../src/settings/settings.ts'
import { readLive } from '../support/live-stream.ts'
import { type Fields, type RunningService, startService } from '../support/start-service.ts'

/** Longest wait on a busy machine. */
const WITHIN = { timeout: 10_000 }

const START = Date.UTC(2026, 10, 29, 20)
const MINUTE = 60_000

async function start(config: Partial<ServiceConfig> = {}, now = () => START): Promise<RunningService> {
  return startService({ secret: TV_SECRET, catalog: TV_CATALOG, ...config }, { now, random: () => 0.5 })
}

const state = ({ url }: RunningService, body: object): Promise<number> => stateTv(url, body)

const liveOf = ({ url }: RunningService, query = ''): string => `${url}/v1/live?site=flora${query}`

test('a stream tells the plan at once, and an airing that nobody had planned', async () => {
  const service = await start()
  const stream = await readLive(liveOf(service))
  expect([stream.status, stream.headers]).toMatchObject([
    200,
    {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    },
  ])
  expect(await stream.message(0)).toEqual({
    plan: {
      nowMs: START,
      version: expect.any(String) as string,
      untilMs: START + 15 * MINUTE,
      delayMs: 4_000,
      live: ['hero'],
      cues: [],
    },
    slots: { hero: { reason: 'no-match' } },
  })
  expect(await state(service, { statements: [spotAt(START - MINUTE)] })).toBe(202)
  const told = await stream.message(1)
  expect(told.slots['hero']).toMatchObject({ reason: 'match', experience: 'roses', variant: 'roses' })
  expect(told.plan.cues.map(({ fromMs, reason }) => [fromMs, reason])).toEqual([
    [START + 4 * MINUTE + 4_000, 'no-match'],
  ])
  expect(told.stop).toBeUndefined()
})

test('what changes nothing for a page is not told to it, and the facts of the page count', async () => {
  const service = await start()
  const [plain, spring] = [await readLive(liveOf(service)), await readLive(liveOf(service, '&campaign=spring&path=/x'))]
  await Promise.all([plain.message(0), spring.message(0)])
  await state(service, { statements: [spotAt(START - 30_000)] })
  expect((await plain.message(1)).slots['hero']?.experience).toBe('roses')
  expect((await spring.message(1)).slots['hero']?.experience).toBe('spring')
  // Another break of the feed is nothing that the audiences ask for.
  await state(service, {
    statements: [{ feed: 'itv', source: 'partner', breaks: [{ fromMs: START, toMs: START + 9 }] }],
  })
  await state(service, { statements: [spotAt(START + MINUTE)] })
  expect((await plain.message(2)).plan.cues.length).toBeGreaterThan(0)
  expect(plain.messages()).toHaveLength(3)
})

test('an airing that decides for some people alone is told as another version: a page with a profile asks by itself', async () => {
  let nowMs = START
  const catalog = TV_CATALOG.replace(
    'audiences:\n',
    'audiences:\n  fans: { traits.plan: pro, tv.airing.now: { channel: itv } }\n',
  ).replace(
    'experiences:\n',
    'experiences:\n  - { id: fans, slot: hero, audience: fans, variants: [{ id: fans, do: [{ text: For fans }] }] }\n',
  )
  const service = await start({ catalog } as Partial<ServiceConfig>, () => nowMs)
  const stream = await readLive(liveOf(service))
  const { version } = (await stream.message(0)).plan
  nowMs += 5_000
  const airings = [{ programme: 'Match', title: 'Match', fromMs: START - MINUTE, toMs: START + 9 * MINUTE }]
  await state(service, { statements: [{ feed: 'itv', source: 'cue', airings }] })
  const told = await stream.message(1)
  expect(told.plan.cues).toEqual([])
  expect(told.plan.version).not.toBe(version)
})

/** The live slot splits visitors, above others that it splits, so that somebody without an id gets the same answer always. */
const SPLIT_CATALOG = TV_CATALOG.replace('  spots:\n', '  spots:\n    tulips-30: {}\n').replace(
  /experiences:[^]*/,
  (): string => {
    const variants = '[{ id: a, do: [{ text: A }] }, { id: b, do: [{ text: B }] }]'
    return `experiences:
  - { id: roses, slot: hero, audience: saw-roses, variants: ${variants} }
  - { id: always, slot: hero, variants: ${variants} }
`
  },
)

test('who is known hears of airings and of what is switched off where others get no answer before and after', async () => {
  let nowMs = START
  const service = await start({ catalog: SPLIT_CATALOG } as Partial<ServiceConfig>, () => nowMs)
  const stream = await readLive(liveOf(service))
  const { plan, slots } = await stream.message(0)
  expect(slots['hero']?.reason).toBe('no-id')
  const poll = (): Promise<Response> => fetch(liveOf(service, '&poll'))
  const etag = (await poll()).headers.get('etag')
  nowMs += 5_000
  await state(service, { statements: [spotAt(START - MINUTE)] })
  const told = await stream.message(1)
  expect(told.plan.version).not.toBe(plan.version)
  expect((await poll()).headers.get('etag')).not.toBe(etag)
  await state(service, { switches: [{ scope: 'spot', name: 'tulips-30', isOff: true }] })
  await service.service.caughtUp()
  const since = `&poll&v=${told.plan.version}`
  expect(((await (await fetch(liveOf(service, since))).json()) as LiveMessage).stop).toBeUndefined()
  await state(service, { switches: [{ scope: 'spot', name: 'roses-30', isOff: true }] })
  expect((await stream.message(2)).stop).toEqual(['hero'])
})

test('what is switched off is stopped at once, also for who comes back with an older plan', async () => {
  const service = await start()
  await state(service, { statements: [spotAt(START - MINUTE)] })
  await service.service.caughtUp()
  const stream = await readLive(liveOf(service))
  const before = await stream.message(0)
  expect(before.slots['hero']?.reason).toBe('match')
  await state(service, { switches: [{ scope: 'all', isOff: true }] })
  expect(await stream.message(1)).toMatchObject({ stop: ['hero'], slots: { hero: { reason: 'no-match' } } })
  const back = await readLive(liveOf(service, `&v=${before.plan.version}`))
  expect((await back.message(0)).stop).toEqual(['hero'])
  const again = await readLive(liveOf(service, `&v=${before.plan.version}`), { 'last-event-id': back.lastId() })
  expect((await again.message(0)).stop).toBeUndefined()
  const informed = await readLive(liveOf(service, `&v=${(await back.message(0)).plan.version}`))
  expect((await informed.message(0)).stop).toBeUndefined()
  await state(service, { switches: [{ scope: 'all', isOff: false }] })
  expect((await stream.message(2)).slots['hero']?.reason).toBe('match')
})

test('a page that polls is told by its entity tag that nothing has changed', async () => {
  const service = await start()
  const poll = (headers: Fields = {}): Promise<Response> => fetch(liveOf(service, '&poll'), { headers })
  const first = await poll()
  expect(first.headers.get('cache-control')).toBe('private, no-cache')
  const etag = first.headers.get('etag') as string
  const message = (await first.json()) as LiveMessage
  expect(message).toMatchObject({ plan: { cues: [] }, slots: { hero: { reason: 'no-match' } } })
  expect(message.plan.nowMs).toBeUndefined()
  expect((await poll({ 'if-none-match': etag })).status).toBe(304)
  expect((await fetch(liveOf(service), { headers: { accept: 'application/json' } })).headers.get('etag')).toBe(etag)
  await state(service, { statements: [spotAt(START - MINUTE)] })
  await expect.poll(async () => (await poll({ 'if-none-match': etag })).status, WITHIN).toBe(200)
  const matched = (await (await poll()).json()) as LiveMessage
  expect(matched.slots['hero']?.reason).toBe('match')
  await state(service, { switches: [{ scope: 'spot', name: 'roses-30', isOff: true }] })
  const stopped = async (): Promise<unknown> =>
    ((await (await fetch(liveOf(service, `&poll&v=${matched.plan.version}`))).json()) as LiveMessage).stop
  await expect.poll(stopped, WITHIN).toEqual(['hero'])
})

test('beyond the streams that there is room for a page is asked to poll, and a stream that ends makes room', async () => {
  const service = await start({ liveStreams: 1 })
  const first = await readLive(liveOf(service))
  const second = await fetch(liveOf(service))
  expect([second.status, second.headers.get('retry-after'), await second.json()]).toMatchObject([
    503,
    '30',
    { error: { code: 'streams_full' } },
  ])
  expect((await fetch(liveOf(service, '&poll'))).status).toBe(200)
  first.close()
  await expect.poll(async () => (await readLive(liveOf(service))).status, WITHIN).toBe(200)
})

test('one network has no more streams than its share', async () => {
  const service = await start({ liveStreamsPerNetwork: 1, trustedProxies: ['127.0.0.1'] })
  const from = async (address: string): Promise<number> =>
    (await readLive(liveOf(service), { 'x-forwarded-for': address })).status
  expect([await from('203.0.113.7'), await from('203.0.113.8'), await from('198.51.100.1')]).toEqual([200, 503, 200])
})

test('a question that cannot be answered is refused with its code', async () => {
  const service = await start()
  const refused = async (query: string, headers: Fields = {}): Promise<string> => {
    const answer = await fetch(`${service.url}/v1/live${query}`, { headers })
    return `${answer.status} ${((await answer.json()) as { error: { code: string } }).error.code}`
  }
  expect(await refused('')).toBe('404 site_unknown')
  expect(await refused('?site=flora', { origin: 'https://evil.example' })).toBe('403 origin_forbidden')
  expect(await refused(`?site=flora&path=${'x'.repeat(3_000)}`)).toBe('400 context_invalid')
  expect(await refused(`?site=flora&click=${'x'.repeat(65)}`)).toBe('400 context_invalid')
  const other = await startService()
  const none = await fetch(`${other.url}/v1/live?site=agency`)
  expect(none.status).toBe(404)
})

test('a service that ends closes its streams first, each page being told when to come back', async () => {
  const service = await start({ drainMs: 60_000 })
  const stream = await readLive(liveOf(service), { connection: 'close' })
  await stream.message(0)
  await service.service.close()
  await stream.ended
  expect(stream.text()).toMatch(/retry: 5500\n\n$/)
})

test('another catalog is told to open streams', async () => {
  const service = await start()
  await state(service, { statements: [spotAt(START - MINUTE)] })
  await service.service.caughtUp()
  const stream = await readLive(liveOf(service))
  const before = await stream.message(0)
  await writeFile(service.catalogFile, TV_CATALOG.replace('The roses from TV', 'Roses'))
  const next = await stream.message(1)
  expect(next.slots['hero']?.content).not.toBe(before.slots['hero']?.content)
  expect(next.plan.version).not.toBe(before.plan.version)
})

test('a catalog that asks for less puts pages together: each of them hears, whatever it was told before', async () => {
  const asking = TV_CATALOG.replace('saw-roses: {', 'saw-roses: { page.path: /x,')
  const service = await start({ catalog: asking } as Partial<ServiceConfig>)
  await state(service, { statements: [spotAt(START - MINUTE)] })
  await service.service.caughtUp()
  const [x, y] = [await readLive(liveOf(service, '&path=/x')), await readLive(liveOf(service, '&path=/y'))]
  const reasons = async (index: number): Promise<unknown[]> =>
    (await Promise.all([x.message(index), y.message(index)])).map(({ slots }) => slots['hero']?.reason)
  expect(await reasons(0)).toEqual(['match', 'no-match'])
  await writeFile(service.catalogFile, TV_CATALOG)
  expect(await reasons(1)).toEqual(['match', 'match'])
})

test('streams and their messages are counted', async () => {
  const service = await start()
  const stream = await readLive(liveOf(service))
  await stream.message(0)
  const text = await (await fetch(`${service.service.adminAddress?.url}/metrics`)).text()
  expect(text).toContain('prepaint_live_streams 1')
  expect(text).toContain('prepaint_live_messages_total{site="flora"} 1')
})
