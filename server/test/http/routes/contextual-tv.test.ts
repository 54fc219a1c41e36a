import type { DecideResponse } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { spotAt, stateTv, TV_CATALOG, TV_SECRET } from '../../../../lab/tv/site.ts'
import { isNginxAsked } from '../../../../scripts/nginx.mjs'
import { startNginx } from '../../support/nginx.ts'
import { type RunningService, startService } from '../../support/start-service.ts'

const START = Date.UTC(2026, 10, 29, 20)
const DELAY_MS = 4_000

async function start(now: () => number, more: object = {}): Promise<RunningService> {
  const service = await startService({ secret: TV_SECRET, catalog: TV_CATALOG, ...more }, { now })
  await stateTv(service.url, { statements: [spotAt(START)] })
  await service.service.caughtUp()
  return service
}

async function askFor(url: string): Promise<{ control: string | null; body: DecideResponse; cache: string | null }> {
  const answer = await fetch(`${url}/v1/decide/flora/any`)
  const { headers } = answer
  return {
    control: headers.get('cache-control'),
    cache: headers.get('x-cache'),
    body: (await answer.json()) as DecideResponse,
  }
}

test('an answer that tells its changes ahead is kept across them, by any cache, and says no time', async () => {
  let nowMs = START + DELAY_MS - 1
  const { url } = await start(() => nowMs)
  const before = await askFor(url)
  expect(before.control).toBe('public, max-age=30, stale-while-revalidate=30')
  expect(before.body.slots['hero']?.reason).toBe('no-match')
  expect(before.body.tv?.cues[0]).toMatchObject({ fromMs: START + DELAY_MS, reason: 'match' })
  expect(before.body.tv).not.toHaveProperty('nowMs')
  nowMs++
  const after = await askFor(url)
  expect([after.control, after.body.slots['hero']?.reason]).toEqual([before.control, 'match'])
})

test('a slot that cannot change by itself shortens the life of an answer, and a second is the least', async () => {
  const catalog = TV_CATALOG.concat(
    '  - { id: foot, slot: footer, audience: saw-roses, variants: [{ id: a, do: [{ text: Roses }] }] }\n',
  )
  const { url } = await start(() => START + DELAY_MS - 1, { catalog })
  expect((await askFor(url)).control).toBe('public, max-age=1, stale-while-revalidate=0')
})

test('where the slots that TV decides do not change by themselves, the minute before an airing is kept for a second at a time', async () => {
  const { url } = await start(() => START, { catalog: TV_CATALOG.replace('{ live: true }', '{}') })
  const { control, body } = await askFor(url)
  expect([control, body.tv]).toEqual(['public, max-age=1', undefined])
})

test.each([
  ['live slot', 'live: true', 'live: true, strict: true'],
  ['slot beside it', 'footer: {}', 'footer: { strict: true }'],
  ['experience', 'id: roses, slot: hero,', 'id: roses, slot: hero, strict: true,'],
])('an answer with a strict %s is kept by nobody, though it tells its changes ahead', async (_what, part, changed) => {
  const { url } = await start(() => START + 2 * DELAY_MS, { catalog: TV_CATALOG.replace(part, changed) })
  const { control, body } = await askFor(url)
  expect([control, body.tv?.live]).toEqual(['no-store', ['hero']])
})

test('where a proxy says the place, an answer about TV is for the browser alone', async () => {
  const { url } = await start(() => START, { geoHeaders: { country: 'x-country' }, trustedProxies: ['127.0.0.1'] })
  expect((await askFor(url)).control).toMatch(/^private, /)
})

test.runIf(isNginxAsked())('across the start of an airing nginx asks the service once', async () => {
  let nowMs = START + DELAY_MS - 1
  const { url, logLines } = await start(() => nowMs)
  const proxy = await startNginx(url)
  const asked = (): number => logLines.filter(({ route }) => route === '/v1/decide/:site/:key').length
  await Promise.all(Array.from({ length: 50 }, () => askFor(proxy)))
  nowMs += 10_000
  const later = await Promise.all(Array.from({ length: 50 }, () => askFor(proxy)))
  expect(new Set(later.map(({ cache }) => cache))).toEqual(new Set(['HIT']))
  expect(asked()).toBe(1)
})
