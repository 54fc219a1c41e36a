import type { LiveMessage } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { spotAt, stateTv, TV_CATALOG, TV_SECRET } from '../../../lab/tv/site.ts'
import { readLive } from '../support/live-stream.ts'
import { runCommand } from '../support/run-command.ts'
import { startService } from '../support/start-service.ts'

const START = Date.UTC(2026, 10, 29, 20)
const env = { PREPAINT_SECRET: TV_SECRET }

test('what is switched off is gone from open pages within a second, from those that poll at their next question, and comes back', async () => {
  const { url, service } = await startService({ secret: TV_SECRET, catalog: TV_CATALOG }, { now: () => START })
  await stateTv(url, { statements: [spotAt(START - 60_000)] })
  await service.caughtUp()
  const stream = await readLive(`${url}/v1/live?site=flora`)
  const { plan } = await stream.message(0)
  const run = (...args: string[]) => runCommand(['tv', ...args, '--site', 'flora', '--url', url], env)
  const sinceMs = performance.now()
  expect(await run('off', '--spot', 'roses-30')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^spot roses-30 is switched off/) as string,
  })
  expect(await stream.message(1)).toMatchObject({ stop: ['hero'], slots: { hero: { reason: 'no-match' } } })
  expect(performance.now() - sinceMs).toBeLessThan(1_000)
  const polled = await fetch(`${url}/v1/live?site=flora&poll&v=${plan.version}`)
  expect(((await polled.json()) as LiveMessage).stop).toEqual(['hero'])
  expect(JSON.parse((await run('on', '--spot', 'roses-30', '--json')).stdout)).toEqual({
    site: 'flora',
    scope: 'spot',
    name: 'roses-30',
    isOff: false,
  })
  expect((await stream.message(2)).slots['hero']?.reason).toBe('match')
  await run('off', '--feed', 'itv')
  expect((await stream.message(3)).stop).toEqual(['hero'])
})

test('a switch that is about nothing, or about what the catalog has not, is refused', async () => {
  const { url } = await startService({ secret: TV_SECRET, catalog: TV_CATALOG })
  const run = (...args: string[]) => runCommand(['tv', 'off', '--site', 'flora', '--url', url, ...args], env)
  expect(await run()).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/say what: --spot NAME, --feed NAME or --all/) as string,
  })
  expect(await run('--all', '--feed', 'itv')).toMatchObject({ code: 2 })
  expect(await run('--spot', 'tulips')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/unknown spot tulips/) as string,
  })
})
