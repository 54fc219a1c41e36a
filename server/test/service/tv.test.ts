import type { Statement } from 'prepaint/engine'
import type { DecideResponse, TvPlan } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { type Fields, PAGE, type RunningService, startService, temporaryDirectory } from '../support/start-service.ts'

const secret = 's'.repeat(32)
const bearer: Fields = { authorization: `Bearer ${createKeys(secret).issue({ site: 'flora', access: 'server' })}` }

const CATALOG = `site: flora
origins: [https://www.brand.example]
tv:
  feeds:
    itv: { zone: Europe/London, areas: [c/GB], delays: { ota: 4s, ott: 30s } }
    itv-plus1: { of: itv, shift: 1h, areas: [c/GB], delays: { ota: 4s } }
  spots:
    roses-30: { brand: flora, product: roses, ids: [HDCM10648] }
slots:
  hero: { live: true }
  footer: {}
audiences:
  saw-roses: { tv.spot.aired: { spot: roses-30, within: 5m } }
experiences:
  - id: roses
    slot: hero
    audience: saw-roses
    variants: [{ id: roses, do: [{ text: The roses from TV }] }]
`

const START = Date.UTC(2026, 10, 29, 20)
const MINUTE = 60_000

function airing(atMs: number, more: Partial<Statement> = {}): Statement {
  return { feed: 'itv', source: 'schedule', spots: [{ spot: 'HDCM10648', fromMs: atMs, toMs: atMs + 30_000 }], ...more }
}

async function start(now: () => number, dataDirectory?: string): Promise<RunningService> {
  const config = { secret, catalog: CATALOG, ...(dataDirectory === undefined ? {} : { dataDirectory }) }
  return startService(config, { now })
}

async function state({ post, service }: RunningService, body: object): Promise<number> {
  const { status } = await post('/v1/tv', { v: 1, site: 'flora', ...body }, bearer)
  await service.caughtUp()
  return status
}

async function ask({ post }: RunningService): Promise<{ hero: string; tv: TvPlan }> {
  const { body } = await post<DecideResponse>('/v1/decide', { v: 1, site: 'flora', consent: 'denied', page: PAGE })
  return { hero: body.slots['hero']?.reason ?? '', tv: body.tv as TvPlan }
}

test('a spot that airs is told ahead, and decides once it has reached the slowest home', async () => {
  let nowMs = START
  const service = await start(() => nowMs)
  expect(await state(service, { statements: [airing(START + 2 * MINUTE)] })).toBe(202)
  const before = await ask(service)
  expect(before).toMatchObject({ hero: 'no-match', tv: { nowMs: START, delayMs: 30_000, live: ['hero'] } })
  const onMs = START + 2 * MINUTE + 30_000
  expect(before.tv.cues.map(({ slot, fromMs, reason }) => [slot, fromMs, reason])).toEqual([
    ['hero', onMs, 'match'],
    ['hero', onMs + 5 * MINUTE, 'no-match'],
  ])
  const content = await fetch(`${service.url}/v1/content/flora/${before.tv.cues[0]?.content}`)
  expect([content.headers.get('cache-control'), await content.json()]).toEqual([
    'public, max-age=31536000, immutable',
    { operations: [{ op: 'text', value: 'The roses from TV' }] },
  ])
  nowMs = onMs - 1
  expect((await ask(service)).hero).toBe('no-match')
  nowMs = onMs
  expect((await ask(service)).hero).toBe('match')
})

test('what is known of airings outlives a start, and is switched off by spot', async () => {
  const dataDirectory = await temporaryDirectory()
  const nowMs = START + 3 * MINUTE
  const first = await start(() => nowMs, dataDirectory)
  await state(first, { statements: [airing(START)] })
  expect((await ask(first)).hero).toBe('match')
  await first.service.close()
  const second = await start(() => nowMs, dataDirectory)
  expect((await ask(second)).hero).toBe('match')
  expect(await state(second, { switches: [{ scope: 'spot', name: 'roses-30', isOff: true }] })).toBe(202)
  await expect.poll(async () => (await ask(second)).hero).toBe('no-match')
  await second.service.close()
  const third = await start(() => nowMs, dataDirectory)
  expect((await ask(third)).hero).toBe('no-match')
})

test('a spot of 200 numbers is switched off by all of them, for the next start, too', async () => {
  const dataDirectory = await temporaryDirectory()
  const ids = Array.from({ length: 200 }, (_none, index) => `N${index}`)
  const catalog = CATALOG.replace('ids: [HDCM10648]', `ids: [${ids.join(', ')}]`)
  const config = { secret, catalog, dataDirectory }
  const now = (): number => START + 3 * MINUTE
  const first = await startService(config, { now })
  const spots = [{ spot: 'N199', fromMs: START, toMs: START + 30_000 }]
  await state(first, { statements: [{ feed: 'itv', source: 'cue', spots }] })
  await expect.poll(async () => (await ask(first)).hero).toBe('match')
  expect(await state(first, { switches: [{ scope: 'spot', name: 'roses-30', isOff: true }] })).toBe(202)
  await expect.poll(async () => (await ask(first)).hero).toBe('no-match')
  await first.service.close()
  const second = await startService(config, { now })
  expect((await ask(second)).hero).toBe('no-match')
})

test('a body that says nothing of TV, or of a feed that is not in the catalog, is refused with its place', async () => {
  const service = await start(() => START)
  const refused = async (body: object): Promise<string> => {
    const answer = await service.post('/v1/tv', { v: 1, site: 'flora', ...body }, bearer)
    const { error } = answer.body as { error: { message: string } }
    return `${answer.status} ${error.message}`
  }
  expect(await refused({ statements: [airing(START, { feed: 'itv9' })] })).toMatch(/^400 .*unknown feed itv9/)
  expect(await refused({ statements: [airing(-5)] })).toMatch(/^400 .*statements\/0\/spots\/0\/fromMs/)
  expect(await refused({ statements: [{ feed: 'itv', source: 'rumour' }] })).toMatch(/^400 .*source/)
  const inSeconds = { spot: 'roses-30', fromMs: START / 1_000, toMs: START }
  expect(await refused({ statements: [airing(START, { spots: [inSeconds] })] })).toMatch(/lasts longer than/)
  expect(await refused({ switches: [{ scope: 'spot', name: 'tulips', isOff: true }] })).toMatch(/unknown spot tulips/)
  expect((await service.post('/v1/tv', { v: 1, site: 'flora', statements: [] })).status).toBe(401)
})

test('a day of one feed is one statement, and nobody sends one without the key', async () => {
  const service = await start(() => START)
  const spots = Array.from({ length: 400 }, (_, index) => {
    const fromMs = START - 400 * MINUTE + index * MINUTE
    return { spot: 'HDCM10648', brand: 'flora', product: 'roses', fromMs, toMs: fromMs + 30_000 }
  })
  const statements = [{ feed: 'itv', source: 'as-run', spots }]
  expect(await state(service, { statements })).toBe(202)
  expect((await ask(service)).hero).toBe('match')
  const body = { v: 1, site: 'flora', statements }
  const events: Fields = { authorization: `Bearer ${createKeys(secret).issue({ site: 'flora', access: 'events' })}` }
  expect([(await service.post('/v1/tv', body, events)).status, (await service.post('/v1/tv', body)).status]).toEqual([
    401, 401,
  ])
})
