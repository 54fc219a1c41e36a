import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DecideResponse } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { runCommand, startCommand } from '../support/run-command.ts'
import { PAGE, startService } from '../support/start-service.ts'
import {
  LOG_HEAD as LOG,
  startStatementTaker,
  STATEMENT_ENV as env,
  STATEMENT_SECRET as secret,
} from '../support/statement-taker.ts'
import { TV_CATALOG } from '../support/tv-catalog.ts'

const UK = fileURLToPath(new URL('../../../lab/tv/data/uk-2015-11-xmltv-facts.xml', import.meta.url))

test('a listing is sent with the server key of the site, in bodies of 256 KB at most', async () => {
  const { bring, bodies, requests } = await startStatementTaker('import')
  const { code, inputs, isWhole } = await bring(UK, '--at', '2015-11-27T00:00:00Z')
  expect([code, inputs[0]?.airings, isWhole]).toEqual([0, 322, true])
  expect(bodies.flatMap(({ statements }) => statements.flatMap(({ airings = [] }) => airings))).toHaveLength(322)
  for (const { headers, bytes, address } of requests) {
    expect([address, headers['content-type'], bytes <= 256_100]).toEqual(['POST /v1/tv', 'application/json', true])
    const key = headers.authorization?.replace('Bearer ', '') ?? ''
    expect(createKeys(secret).verify(key)).toMatchObject({ site: 'agency', access: 'server' })
  }
  expect(bodies[0]).toMatchObject({ v: 1, site: 'agency', statements: [{ feed: 'one', source: 'schedule' }] })
})

test('a log is an as-run record unless it is said to be a plan', async () => {
  const { bring, bodies, write } = await startStatementTaker('import')
  const file = await write('log.csv', `${LOG}one,2026-09-30 18:00,A,30\n`)
  const at = ['--at', '2026-10-01T00:00:00Z']
  await bring(file, ...at)
  await bring(file, ...at, '--source', 'schedule')
  expect(bodies.map(({ statements }) => statements[0]?.source)).toEqual(['as-run', 'schedule'])
})

test('a service that is busy is asked again; one that refuses ends the import', async () => {
  const busy = await startStatementTaker('import', (count) => ({ status: count < 3 ? 503 : 202, body: {} }))
  const file = await busy.write('log.csv', `${LOG}one,${Date.now()},A,30\n`)
  const { code, stderr } = await busy.bring(file)
  expect([code, busy.bodies.length, stderr]).toEqual([
    0,
    1,
    expect.stringContaining('waiting: the service answers 503'),
  ])
  const refusing = await startStatementTaker('import', () => ({ status: 400, body: { error: 'body_invalid' } }))
  const refused = await runCommand(refusing.args(file), env)
  expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('the service answers 400')])
  const other = await startStatementTaker('import', () => ({ status: 200, body: { accepted: 'yes' } }))
  expect((await runCommand(other.args(file), env)).stdout).toContain('is no service of Prepaint')
})

test('bad rows are told, the good ones are sent, and the command ends with 1', async () => {
  const { bring, bodies, write } = await startStatementTaker('import')
  const file = await write('log.csv', `${LOG}one,${Date.now()},A,30\none,never,B,30\n`)
  const { code, stderr, inputs } = await bring(file)
  expect([code, inputs[0]?.spots, inputs[0]?.counts, bodies.length]).toEqual([1, 1, { csv_value: 1 }, 1])
  expect(stderr).toContain(`${file}:3: error csv_value: one has the timestamp never`)
})

test(
  'a playlist is followed until the command is asked to end, and each break is sent as it is seen',
  { timeout: 20_000 },
  async () => {
    const { args, bodies, url, playlist, arrived } = await startStatementTaker('import')
    playlist.text = '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-CUE-OUT:30\n#EXTINF:1,\n1.ts\n'
    const running = startCommand(args(`${url}/live.m3u8`, '--feed', 'one'), env)
    await arrived
    expect([await running.end(), bodies.length]).toEqual([0, 1])
    expect(bodies[0]?.statements).toMatchObject([{ feed: 'one', source: 'cue', breaks: [{}] }])
  },
)

test('messages without a time are read, and say nothing; with one they are sent', async () => {
  const { bring, write, bodies } = await startStatementTaker('import')
  const message = '/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo='
  const file = await write('cues', `${message}\n`)
  expect((await bring(file, '--feed', 'one')).inputs[0]?.counts).toEqual({ scte35_no_time: 1 })
  const at = Date.now()
  await bring(await write('timed', `${new Date(at).toISOString()} ${message}\n`), '--feed', 'one')
  expect(bodies.map(({ statements }) => statements)).toEqual([
    [{ feed: 'one', source: 'cue', breaks: [{ fromMs: at, toMs: at + 60_294 }] }],
  ])
})

test('a service takes what is sent to it: the page speaks of a commercial that a log has', async () => {
  // Who is nowhere gets the feeds of a country, if all are of one.
  const catalog = TV_CATALOG.replace(/.*zwei.*\n/, '')
  const { url, post, service, catalogFile, dataDirectory } = await startService({ secret, catalog })
  const file = join(dataDirectory, 'log.csv')
  await writeFile(file, `${LOG}one,${Date.now() - 120_000},HDCM10648,30\n`)
  const { code } = await runCommand(
    ['tv', 'import', file, UK, '--site', 'agency', '--url', url, '--catalog', catalogFile],
    env,
  )
  await service.caughtUp()
  const { body } = await post<DecideResponse>('/v1/decide', { v: 1, site: 'agency', consent: 'denied', page: PAGE })
  expect([code, body.slots['hero']]).toMatchObject([0, { experience: 'roses' }])
})

test.each([
  [[], 'name at least one FILE'],
  [['a.xml'], '--catalog FILE is missing'],
  [['a.xml', 'http://127.0.0.1/x', '--catalog', 'c'], 'a URL is followed by itself'],
  [['a.xml', '--catalog', '/nowhere'], '/nowhere: cannot be read (ENOENT)'],
])('tv import refuses %j', async (args, message) => {
  const { code, stderr } = await runCommand(['tv', 'import', '--site', 'agency', ...args], env)
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
})

test('a feed that the catalog lacks, and a playlist without one, are refused', async () => {
  const { args, write } = await startStatementTaker('import')
  const file = await write('a.m3u8', '#EXTM3U\n')
  expect((await runCommand(args(file, '--feed', 'drei'), env)).stdout).toContain('there are one, zwei, plus')
  expect((await runCommand(args(file), env)).stdout).toContain('names no feed: say which with --feed')
})
