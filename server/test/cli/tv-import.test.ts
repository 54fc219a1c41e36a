import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Statement } from 'prepaint/engine'
import type { DecideResponse } from 'prepaint/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { runCommand, startCommand } from '../support/run-command.ts'
import { PAGE, startService } from '../support/start-service.ts'
import { TV_CATALOG } from '../support/tv-catalog.ts'

const secret = 's'.repeat(32)
const env = { PREPAINT_SECRET: secret }
const UK = fileURLToPath(new URL('../../../demo/tv/data/uk-2015-11-xmltv-facts.xml', import.meta.url))
const LOG = 'feed,timestamp,spot,duration\n'

interface Body {
  v: number
  site: string
  statements: Statement[]
}

/** A service that only takes statements, and a playlist beside it. */
async function start(
  answer: (count: number, body: Body) => { status: number; body: unknown } = () => ({ status: 202, body: {} }),
) {
  const bodies: Body[] = []
  const requests: { headers: IncomingMessage['headers']; bytes: number; address: string }[] = []
  const playlist = { text: '' }
  const arrived = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    void (async () => {
      if (request.url === '/live.m3u8') return response.end(playlist.text)
      const content = await text(request)
      const body = JSON.parse(content) as Body
      requests.push({ headers: request.headers, bytes: content.length, address: `${request.method} ${request.url}` })
      const { status, body: said } = answer(requests.length, body)
      if (status < 300) bodies.push(body)
      arrived.resolve()
      return response
        .writeHead(status, { 'retry-after': '0' })
        .end(JSON.stringify(status < 300 ? { v: 1, accepted: body.statements.length, ...Object(said) } : said))
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-tv-'))
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await rm(directory, { recursive: true })
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const write = async (name: string, content: string): Promise<string> => {
    await writeFile(join(directory, name), content)
    return join(directory, name)
  }
  const catalog = await write('catalog.yaml', TV_CATALOG.replace('one.uk', 'one.uk, UK_RT_2667'))
  const args = (...more: string[]) => [
    'tv',
    'import',
    ...more,
    '--site',
    'agency',
    '--url',
    url,
    '--catalog',
    catalog,
    '--json',
  ]
  async function bring(...more: string[]) {
    const { code, stdout, stderr } = await runCommand(args(...more), env)
    const answer = JSON.parse(stdout) as {
      inputs: { airings: number; spots: number; counts: object }[]
      isWhole: boolean
    }
    return { code, stderr, ...answer }
  }
  return { bodies, requests, url, write, args, bring, playlist, arrived: arrived.promise }
}

test('a listing is sent with the server key of the site, in bodies of 256 KB at most', async () => {
  const { bring, bodies, requests } = await start()
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
  const { bring, bodies, write } = await start()
  const file = await write('log.csv', `${LOG}one,2026-09-30 18:00,A,30\n`)
  const at = ['--at', '2026-10-01T00:00:00Z']
  await bring(file, ...at)
  await bring(file, ...at, '--source', 'schedule')
  expect(bodies.map(({ statements }) => statements[0]?.source)).toEqual(['as-run', 'schedule'])
})

test('a service that is busy is asked again; one that refuses ends the import', async () => {
  const busy = await start((count) => ({ status: count < 3 ? 503 : 202, body: {} }))
  const file = await busy.write('log.csv', `${LOG}one,${Date.now()},A,30\n`)
  const { code, stderr } = await busy.bring(file)
  expect([code, busy.bodies.length, stderr]).toEqual([
    0,
    1,
    expect.stringContaining('waiting: the service answers 503'),
  ])
  const refusing = await start(() => ({ status: 400, body: { error: 'body_invalid' } }))
  const refused = await runCommand(refusing.args(file), env)
  expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('the service answers 400')])
  const other = await start(() => ({ status: 200, body: { accepted: 'yes' } }))
  expect((await runCommand(other.args(file), env)).stdout).toContain('is no service of Prepaint')
})

test('bad rows are told, the good ones are sent, and the command ends with 1', async () => {
  const { bring, bodies, write } = await start()
  const file = await write('log.csv', `${LOG}one,${Date.now()},A,30\none,never,B,30\n`)
  const { code, stderr, inputs } = await bring(file)
  expect([code, inputs[0]?.spots, inputs[0]?.counts, bodies.length]).toEqual([1, 1, { csv_value: 1 }, 1])
  expect(stderr).toContain(`${file}:3: error csv_value: one has the timestamp never`)
})

test(
  'a playlist is followed until the command is asked to end, and each break is sent as it is seen',
  { timeout: 20_000 },
  async () => {
    const { args, bodies, url, playlist, arrived } = await start()
    playlist.text = '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-CUE-OUT:30\n#EXTINF:1,\n1.ts\n'
    const running = startCommand(args(`${url}/live.m3u8`, '--feed', 'one'), env)
    await arrived
    expect([await running.end(), bodies.length]).toEqual([0, 1])
    expect(bodies[0]?.statements).toMatchObject([{ feed: 'one', source: 'cue', breaks: [{}] }])
  },
)

test('messages without a time are read, and say nothing; with one they are sent', async () => {
  const { bring, write, bodies } = await start()
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
  const { args, write } = await start()
  const file = await write('a.m3u8', '#EXTM3U\n')
  expect((await runCommand(args(file, '--feed', 'drei'), env)).stdout).toContain('there are one, zwei, plus')
  expect((await runCommand(args(file), env)).stdout).toContain('names no feed: say which with --feed')
})
