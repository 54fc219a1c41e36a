import type { Statement } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { runCommand } from '../support/run-command.ts'
import { startService } from '../support/start-service.ts'
import { TV_CATALOG } from '../support/tv-catalog.ts'

const secret = 's'.repeat(32)
const env = { PREPAINT_SECRET: secret }
const START = Date.UTC(2026, 6, 1, 19)
const MINUTE = 60_000
const instant = (ms: number): string => new Date(ms).toISOString()

const STATEMENT: Statement = {
  feed: 'one',
  source: 'schedule',
  airings: [
    { programme: 'news', title: 'The News', fromMs: START, toMs: START + 30 * MINUTE },
    { programme: 'film', title: 'A Film\u001b[2J', fromMs: START + 30 * MINUTE, toMs: START + 120 * MINUTE },
  ],
  breaks: [{ fromMs: START + 14 * MINUTE, toMs: START + 17 * MINUTE }],
  spots: [15, 45, 75, 105, 115].map((minutes) => ({
    ...{ spot: 'HDCM10648', fromMs: START + minutes * MINUTE },
    toMs: START + minutes * MINUTE + 30_000,
  })),
}

/** A service that has heard of an evening and has ended; the commands read what it has kept. */
async function start() {
  const { service, post, catalogFile, dataDirectory } = await startService(
    { secret, catalog: TV_CATALOG },
    { now: () => START },
  )
  const authorization = `Bearer ${createKeys(secret).issue({ site: 'agency', access: 'server' })}`
  const body = { v: 1, site: 'agency', statements: [STATEMENT] }
  expect((await post('/v1/tv', body, { authorization })).status).toBe(202)
  await service.caughtUp()
  await service.close()
  const beside = ['--data', dataDirectory, '--catalog', catalogFile]
  return (...args: string[]) => runCommand([...args, ...beside], env)
}

test('tv now says what is on each feed, and the commercials that come next, in its own zone', async () => {
  const run = await start()
  const { code, stdout } = await run('tv', 'now', '--at', instant(START + 15 * MINUTE), '--region', 'GB')
  expect([code, stdout]).toEqual([
    0,
    `one (one, Europe/London, 0 s after the broadcaster)
  now   The News, 20:00:00 to 20:30:00 (schedule)
  break until 20:17:00
  spot  roses-30, 20:15:00 to 20:15:30 (schedule)
  next  A Film\\u001b[2J, 20:30:00 to 22:00:00 (schedule)
  spot  roses-30, 20:45:00 to 20:45:30 (schedule)
  spot  roses-30, 21:15:00 to 21:15:30 (schedule)
  spot  roses-30, 21:45:00 to 21:45:30 (schedule)
plus (plus, Europe/London, 3600 s after the broadcaster)
  now   nothing is known
  next  The News, 21:00:00 to 21:30:00 (schedule)
  spot  roses-30, 21:15:00 to 21:15:30 (schedule)
  spot  roses-30, 21:45:00 to 21:45:30 (schedule)
  spot  roses-30, 22:15:00 to 22:15:30 (schedule)
`,
  ])
})

test('tv now tells machines the same, and knows where a feed cannot be got', async () => {
  const run = await start()
  const args = ['tv', 'now', '--at', instant(START + MINUTE), '--json']
  const feedsIn = async (...more: string[]): Promise<unknown> => {
    const { stdout } = await run(...args, ...more)
    return (JSON.parse(stdout) as { feeds: { feed: string }[] }).feeds.map(({ feed }) => feed)
  }
  expect(await feedsIn('--region', 'gb-eng')).toEqual(['one', 'plus'])
  expect(await feedsIn('--region', 'DE')).toEqual(['zwei'])
  // Feeds are in two countries, so that nobody's place can be guessed.
  expect(await feedsIn()).toEqual([])
  expect((await run('tv', 'now')).stdout).toBe('no feed is known to be got there\n')
})

test('explain decides by what was on at an instant, in a place', async () => {
  const run = await start()
  const explain = async (ms: number, region: string): Promise<string> =>
    (
      await run(
        'explain',
        '--anonymous',
        '--url',
        'https://www.brand.example/',
        '--at',
        instant(ms),
        '--region',
        region,
      )
    ).stdout
  const airedMs = START + 15 * MINUTE
  expect(await explain(airedMs - 1, 'GB')).toMatch(/^hero: no-match\n/)
  expect(await explain(airedMs, 'GB')).toMatch(/^hero: match\n +roses +won, variant roses\n/)
  expect(await explain(airedMs, 'DE')).toMatch(/^hero: no-match\n/)
  expect(await explain(airedMs + 10 * MINUTE, 'GB')).toMatch(/^hero: no-match\n/)
})

test.each([
  [['--region', 'Britain'], '--region must be a country'],
  [['--at', 'soon'], '--at must be an instant'],
])('tv now %j ends with 2 and says why', async (args, why) => {
  const run = await start()
  const { code, stderr } = await run('tv', 'now', ...args)
  expect([code, stderr]).toEqual([2, expect.stringContaining(why)])
})
