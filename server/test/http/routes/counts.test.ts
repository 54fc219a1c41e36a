import type { DecideResponse } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { spotAt, stateTv, TV_CATALOG, TV_SECRET } from '../../../../lab/tv/site.ts'
import { readLive } from '../../support/live-stream.ts'
import { ORIGIN, type RunningService, startService } from '../../support/start-service.ts'

const START = Date.UTC(2026, 10, 29, 20)
const DELAY_MS = 4_000

/** The site with two variants and a holdout. */
const SPLIT = TV_CATALOG.replace(
  'variants: [{ id: roses, do: [{ text: The roses from TV }] }]',
  'variants: [{ id: roses, do: [{ text: The roses from TV }] }, { id: plain }]',
).replace('slots:', 'holdout: { share: 0.1, seed: h }\nslots:')

async function start(now: () => number, more: object = {}): Promise<RunningService> {
  const service = await startService({ secret: TV_SECRET, catalog: SPLIT, ...more }, { now })
  await stateTv(service.url, { statements: [spotAt(START)] })
  await service.service.caughtUp()
  return service
}

const body = (...counts: unknown[]): object => ({ v: 1, site: 'flora', counts })

const drawn = (variant: string, outcome = 'shown'): object => ({ experience: 'roses', variant, outcome })

/** Lines of the metric, without its name. */
async function sums({ service }: RunningService): Promise<string[]> {
  const text = await (await fetch(`${service.adminAddress?.url}/metrics`)).text()
  return text.split('\n').flatMap((line) => /^prepaint_drawn_total(.*)$/.exec(line)?.[1] ?? [])
}

const labels = (variant: string, outcome: string, airing = 'itv 2026-11-29T20:00:00.000Z'): string =>
  `{site="flora",experience="roses",variant="${variant}",outcome="${outcome}",airing="${airing}"}`

test('the answer for everybody has all variants with their shares, the holdout among them, at the time of each cue and now', async () => {
  let nowMs = START
  const { url, decide } = await start(() => nowMs)
  const ask = async (): Promise<DecideResponse> =>
    (await (await fetch(`${url}/v1/decide/flora/any`)).json()) as DecideResponse
  const { tv, slots } = await ask()
  const [cue] = tv?.cues ?? []
  expect(slots['hero']).not.toHaveProperty('draw')
  expect(cue).toMatchObject({ reason: 'no-id', fromMs: START + DELAY_MS })
  expect(tv?.draws?.[cue?.draw ?? '']).toMatchObject([
    { variant: 'holdout', reason: 'holdout', below: 0.1 },
    { variant: 'roses', reason: 'match', below: 0.55, content: /^[\w-]{22}$/ },
    { variant: 'plain', reason: 'control', below: 1 },
  ])
  nowMs += DELAY_MS
  const during = await ask()
  expect(during.slots['hero']).toMatchObject({ reason: 'no-id', draw: cue?.draw })
  expect(during.tv?.draws).toEqual(tv?.draws)
  const { body: pending } = await decide({ site: 'flora', consent: 'pending' })
  expect([pending.slots['hero']?.draw, pending.tv?.draws]).toEqual([cue?.draw, tv?.draws])
  const { body: known } = await decide({ site: 'flora', consent: 'granted' })
  expect(known.tv).not.toHaveProperty('draws')
  const { messages } = await readLive(`${url}/v1/live?site=flora`)
  await expect.poll(messages).toHaveLength(1)
  expect(messages()[0]).toMatchObject({ plan: { draws: tv?.draws }, slots: { hero: { draw: cue?.draw } } })
  const poll = await (await fetch(`${url}/v1/live?site=flora&poll`)).json()
  expect(poll).toMatchObject({ plan: { draws: tv?.draws }, slots: { hero: { draw: cue?.draw } } })
})

test('counts of drawn variants add up by variant, outcome and airing', async () => {
  const service = await start(() => START + DELAY_MS)
  const { status, body: answer } = await service.post('/v1/counts', body(drawn('roses'), drawn('plain', 'control')))
  expect([status, answer]).toEqual([200, { v: 1, counted: 2 }])
  await service.post('/v1/counts', body(drawn('roses'), drawn('holdout', 'control'), drawn('roses', 'late')))
  expect((await sums(service)).sort()).toEqual([
    `${labels('holdout', 'control')} 1`,
    `${labels('plain', 'control')} 1`,
    `${labels('roses', 'late')} 1`,
    `${labels('roses', 'shown')} 2`,
  ])
})

test('a count that was held back until the airing has lost its time belongs to it still, and later ones to none', async () => {
  let nowMs = START + DELAY_MS + 300_000 + 29_000
  const service = await start(() => nowMs)
  await service.post('/v1/counts', body(drawn('roses')))
  nowMs += 2_000
  await service.post('/v1/counts', body(drawn('roses')))
  expect((await sums(service)).sort()).toEqual([`${labels('roses', 'shown', '')} 1`, `${labels('roses', 'shown')} 1`])
})

test('names that no catalog has become no label, and what else a body says is kept nowhere', async () => {
  const service = await start(() => START + DELAY_MS)
  const strange = [
    { experience: 'other', variant: 'roses', outcome: 'shown' },
    { experience: 'spring', variant: 'spring', outcome: 'shown' },
    drawn('other'),
    { ...drawn('roses'), messageId: 'm-1', token: 't', tier: 'contextual', by: 7 },
  ]
  expect((await service.post('/v1/counts', body(...strange))).body).toEqual({ v: 1, counted: 1 })
  expect(await sums(service)).toEqual([`${labels('roses', 'shown')} 1`])
  expect(JSON.stringify(service.logLines)).not.toContain('m-1')
})

test.each([
  [body(), 400],
  [body({ ...drawn('roses'), outcome: 'bought' }), 400],
  [body(...Array.from({ length: 17 }, () => drawn('roses'))), 400],
  [{ ...body(drawn('roses')), site: 'other' }, 404],
])('%j is refused with %i', async (question, status) => {
  const { post } = await start(() => START)
  expect((await post('/v1/counts', question)).status).toBe(status)
})

test('pages of others are refused, and who counts too often is refused like any other', async () => {
  const { post } = await start(() => START, { sitePerMinute: 2 })
  const from = (origin: string) => post('/v1/counts', body(drawn('roses')), { origin })
  expect((await from('https://evil.example')).status).toBe(403)
  const statuses = [await from(ORIGIN), await from(ORIGIN), await from(ORIGIN)].map(({ status }) => status)
  expect(statuses.at(-1)).toBe(429)
})

test('counting reads no profile, takes no event in, and sets no cookie', async () => {
  const { service, post } = await start(() => START + DELAY_MS)
  expect((await post('/v1/counts', body(drawn('roses')))).headers.get('set-cookie')).toBeNull()
  await service.caughtUp()
  const text = await (await fetch(`${service.adminAddress?.url}/metrics`)).text()
  expect(text).not.toMatch(/^prepaint_(profile_reads|events)_total\{/m)
})
