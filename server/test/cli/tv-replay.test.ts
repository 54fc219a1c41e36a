import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DecideResponse } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { runCommand, startCommand } from '../support/run-command.ts'
import { PAGE, startService } from '../support/start-service.ts'
import { LOG_HEAD, startStatementTaker, STATEMENT_ENV as env, STATEMENT_SECRET } from '../support/statement-taker.ts'
import { TV_CATALOG } from '../support/tv-catalog.ts'

const UK = fileURLToPath(new URL('../../../lab/tv/data/uk-2015-11-xmltv-facts.xml', import.meta.url))

test('a listing is told at once, at times that begin now and pass sixty times as fast', async () => {
  const { bring, bodies } = await startStatementTaker('replay')
  const beganMs = Date.now()
  const part = ['--from', '2015-11-26T18:58:00Z', '--to', '2015-11-26T19:01:00Z', '--speed', '60']
  const { code, begun, isWhole, inputs } = await bring(UK, ...part)
  const [statement] = bodies[0]?.statements ?? []
  const [running, next] = statement?.airings ?? []
  expect([code, begun, isWhole, inputs[0]?.airings, bodies.length]).toEqual([0, 2, true, 322, 1])
  expect(statement).toMatchObject({ feed: 'one', source: 'schedule' })
  // The One Show begins at 19:00, two minutes behind the start.
  const startMs = (next?.fromMs ?? NaN) - 2_000
  expect(startMs).toBeGreaterThanOrEqual(beganMs)
  expect([running?.title, next?.title]).toEqual(['This Is BBC One HD', 'The One Show'])
  // A range goes on to the end of what is in it.
  expect(statement?.range?.toMs).toBe(next?.toMs)
  expect(Date.now()).toBeGreaterThanOrEqual(startMs + 3_000)
})

test('asked to end, it takes back what was still to come of a plan', async () => {
  const { args, bodies, write, arrived } = await startStatementTaker('replay')
  const fromMs = Date.now()
  const plan = await write('plan.csv', `${LOG_HEAD}one,${fromMs},A,30\none,${fromMs + 3_600_000},B,30\n`)
  const running = startCommand(args(plan, '--source', 'schedule'), env)
  await arrived
  const code = await running.end()
  const [told, taken] = bodies.map(({ statements }) => statements[0])
  expect([code, told?.spots?.map(({ spot }) => spot)]).toEqual([0, ['A', 'B']])
  expect(taken).toMatchObject({ feed: 'one', source: 'schedule', spots: [] })
  expect(taken?.range?.fromMs).toBeLessThanOrEqual(Date.now())
  expect(taken?.range?.toMs).toBe(told?.range?.toMs)
  expect(JSON.parse(running.said.stdout)).toMatchObject({ begun: 1, airings: 2, isWhole: false, isWithdrawn: true })
})

test('it says what is left where nothing can be taken back', async () => {
  const { args, write, arrived } = await startStatementTaker('replay', (count) => ({
    ...{ status: count === 1 ? 202 : 503, body: {} },
  }))
  const plan = await write('plan.csv', `${LOG_HEAD}one,${Date.now() + 3_600_000},B,30\n`)
  const running = startCommand(
    args(plan, '--source', 'schedule').filter((word) => word !== '--json'),
    env,
  )
  await arrived
  expect(await running.end()).toBe(1)
  expect(running.said.stdout).toContain(
    'what was still to come stays known until it has passed: the service answers 503',
  )
})

test('a service takes a log as it begins to air: its pages speak of the commercial', async () => {
  // Who is nowhere gets the feeds of a country, if all are of one.
  const catalog = TV_CATALOG.replace(/.*zwei.*\n/, '')
  const { url, post, service, catalogFile, dataDirectory } = await startService({ secret: STATEMENT_SECRET, catalog })
  const file = join(dataDirectory, 'log.csv')
  await writeFile(file, `${LOG_HEAD}one,2026-06-01T20:00:30Z,HDCM10648,30\n`)
  const options = ['--site', 'agency', '--url', url, '--catalog', catalogFile]
  const part = ['--from', '2026-06-01T20:00:00Z', '--to', '2026-06-01T20:01:00Z', '--speed', '60']
  const { code, stdout } = await runCommand(['tv', 'replay', file, ...options, ...part], env)
  await service.caughtUp()
  const { body } = await post<DecideResponse>('/v1/decide', { v: 1, site: 'agency', consent: 'denied', page: PAGE })
  expect([code, stdout]).toEqual([
    0,
    'replayed 2026-06-01T20:00:00.000Z to 2026-06-01T20:01:00.000Z: 1 of 1 programmes and commercials have begun\n',
  ])
  expect(body.slots['hero']).toMatchObject({ experience: 'roses' })
})

test.each([
  [[], 'name at least one FILE'],
  [['a.csv'], '--catalog FILE is missing'],
  [['a.csv', '--catalog', 'c', '--speed', '61'], '--speed must be a number from 1 to 60'],
  [['a.csv', '--catalog', 'c', '--speed', 'x'], '--speed must be a number from 1 to 60'],
])('tv replay refuses %j', async (args, message) => {
  const { code, stderr } = await runCommand(['tv', 'replay', '--site', 'agency', ...args], env)
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
})

test('a time in which nothing airs is refused, and nothing is sent', async () => {
  const { args, bodies, write } = await startStatementTaker('replay')
  const file = await write('log.csv', `${LOG_HEAD}one,${Date.now()},A,30\n`)
  const { code, stdout } = await runCommand(args(file, '--from', '2027-01-01T00:00:00Z'), env)
  expect([code, stdout, bodies]).toEqual([2, expect.stringContaining('nothing airs in that time'), []])
})
