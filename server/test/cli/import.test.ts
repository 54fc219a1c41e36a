import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import type { ImportState } from '../../src/history/import-state.ts'
import type { EventRecord } from '../../src/ingest/record.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import { readEvents } from '../support/read-events.ts'
import { runCommand } from '../support/run-command.ts'
import { startService } from '../support/start-service.ts'

const FIXTURE = fileURLToPath(new URL('../support/cli-fixture.ts', import.meta.url))
const secret = 's'.repeat(32)
const DAY_MS = 86_400_000

const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString()

const order = (id: number, fields: object = {}) => ({
  type: 'track',
  event: 'Order Completed',
  userId: 'u1',
  messageId: `m${id}`,
  timestamp: daysAgo(30),
  properties: { total: id },
  ...fields,
})

const ndjson = (messages: readonly object[]): string =>
  messages.map((message) => `${JSON.stringify(message)}\n`).join('')

/** Answer of the command in JSON, its exit code and what it said beside. */
interface Answer {
  code: number
  stderr: string
  accepted: number
  problems: number
  linesBefore: number
  isWhole: boolean
  firstProblems: { line: number; reason: string }[]
  error?: { message: string }
}

/** A service, and the command that brings files to it. */
async function start(config: Parameters<typeof startService>[0] = {}) {
  const running = await startService({ secret, ...config })
  const { url, dataDirectory, catalogFile, service } = running
  const env = { PREPAINT_SECRET: secret, PREPAINT_CATALOG: catalogFile, PREPAINT_DATA: dataDirectory }
  const args = (file: string, ...more: string[]) => [
    'import',
    file,
    '--site',
    'agency',
    '--url',
    url,
    '--json',
    ...more,
  ]

  async function bring(file: string, ...more: string[]): Promise<Answer> {
    const { code, stdout, stderr } = await runCommand(args(file, ...more), env)
    await service.caughtUp()
    return { code, stderr, ...(JSON.parse(stdout) as Omit<Answer, 'code' | 'stderr'>) }
  }

  return {
    env,
    args,
    bring,
    url,
    dataDirectory,
    close: () => service.close(),
    async write(name: string, content: string | Buffer): Promise<string> {
      const file = join(dataDirectory, '..', name)
      await writeFile(file, content)
      return file
    },
    /** Numbers of a user's events, by name. */
    async eventsOf(userId: string): Promise<{ [name: string]: number }> {
      await service.caughtUp()
      const { stdout } = await runCommand(['profile', '--user', userId, '--json'], env)
      return (JSON.parse(stdout) as { facts?: { events: { [name: string]: number } } }).facts?.events ?? {}
    },
    /** Closes the service and reads its log. */
    async recordsOf(): Promise<EventRecord[]> {
      await service.close()
      const log = await openSegments({ directory: join(dataDirectory, 'log') })
      const records = await readEvents(log)
      await log.close()
      return records
    },
  }
}

test('events of the past have their own time, make profiles, and are marked in the log for ever', async () => {
  const { write, bring, eventsOf, recordsOf } = await start()
  const file = await write(
    'a.ndjson',
    ndjson([order(1), order(2, { timestamp: daysAgo(3_000), sentAt: daysAgo(2_999) })]),
  )
  expect(await bring(file)).toMatchObject({ code: 0, accepted: 2, problems: 0, isWhole: true })
  expect(await eventsOf('u1')).toEqual({ 'Order Completed': 2 })
  const records = await recordsOf()
  expect(records).toMatchObject([{ imported: true, keyId: 2 }, { imported: true }])
  const ages = records.map(({ atMs }) => Math.round((Date.now() - atMs) / DAY_MS))
  expect(ages).toEqual([30, 3_000])
})

test('ten years of one customer are kept, though a profile ends when nothing was heard for 390 days', async () => {
  const { write, bring, eventsOf } = await start()
  const years = [9.9, 8, 6, 4, 2, 0.1]
  const file = await write('a.ndjson', ndjson(years.map((year, id) => order(id, { timestamp: daysAgo(year * 365) }))))
  expect(await bring(file)).toMatchObject({ code: 0, accepted: 6 })
  expect(await eventsOf('u1')).toEqual({ 'Order Completed': 6 })
})

test('a second run counts nothing twice, and brings what was appended since', async () => {
  const { write, bring, eventsOf } = await start()
  const file = await write('a.ndjson', ndjson([order(1), order(2, { messageId: undefined })]))
  await bring(file)
  expect(await bring(file)).toMatchObject({ code: 0, accepted: 2, linesBefore: 2, isWhole: true })
  await appendFile(file, ndjson([order(3)]))
  expect(await bring(file)).toMatchObject({ code: 0, accepted: 3, linesBefore: 2 })
  // Without its state, too: ids follow from the rows.
  expect(await bring(file, '--state', `${file}.other`)).toMatchObject({ code: 0, accepted: 3, linesBefore: 0 })
  expect(await eventsOf('u1')).toEqual({ 'Order Completed': 3 })
})

test('of a message id with two bodies the first one counts', async () => {
  const { write, bring, eventsOf } = await start()
  const file = await write('a.ndjson', ndjson([order(1), order(1, { event: 'Order Refunded' })]))
  await bring(file)
  expect(await eventsOf('u1')).toEqual({ 'Order Completed': 1 })
})

test('a file of everything that is wrong has each line told with its reason, and its good lines are imported', async () => {
  const { write, bring, eventsOf } = await start()
  const file = await write(
    'bad.ndjson',
    Buffer.concat([
      Buffer.from(`\uFEFF${JSON.stringify(order(1))}\r\n`),
      Buffer.from('{"type":"track"\r\n\r\n[1]\r\n'),
      Buffer.from(`{"text":"${'x'.repeat(2_000_000)}"}\n`),
      Buffer.from('{"a":"\0"}\n'),
      Buffer.from(`${'['.repeat(100_000)}\n`),
      Buffer.from(ndjson([order(2, { timestamp: '1970-01-01' }), order(3, { timestamp: '2100-01-01' })])),
      Buffer.from(`${JSON.stringify(order(4)).replace('"total"', '"__proto__"')}\n`),
      Buffer.from(ndjson([order(5, { userId: undefined })])),
      Buffer.from(JSON.stringify(order(6))),
    ]),
  )
  const { code, stderr, accepted, problems, firstProblems } = await bring(file)
  expect([code, accepted, problems]).toEqual([1, 2, 9])
  expect(firstProblems.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
    '2 is no JSON',
    '4 is no JSON object',
    '5 is longer than 1048576 bytes',
    '6 holds a NUL byte: the file is damaged, or is not UTF-8',
    expect.stringMatching(/^7 is no JSON|^7 is nested too deeply/),
    '8 is more than 10 years old: 1970-01-01T00:00:00.000Z',
    '9 lies in the future: 2100-01-01T00:00:00.000Z',
    '11 names nobody: it has neither userId nor anonymousId',
    expect.stringMatching(/^10 the service answers 400: .*this key is not allowed/),
  ])
  expect(stderr).toContain(`${file}:5: is longer than`)
  expect(await eventsOf('u1')).toEqual({ 'Order Completed': 2 })
})

test('10,000 bad lines end the run at the limit, or are counted if it allows them', async () => {
  const { write, bring } = await start()
  const file = await write('bad.ndjson', `${'no JSON\n'.repeat(10_000)}${ndjson([order(1)])}`)
  const ended = await bring(file)
  expect([ended.code, ended.error?.message]).toEqual([1, expect.stringMatching(/^more than 1000 lines are no events/)])
  expect(await bring(file, '--max-problems', '10000')).toMatchObject({ code: 1, accepted: 1, problems: 10_000 })
  expect(await bring(file)).toMatchObject({ code: 0, linesBefore: 10_001 })
})

test('a dry run reads all, tells the first hundred problems, sends nothing and notes nothing', async () => {
  const { write, bring, eventsOf } = await start()
  const file = await write('a.ndjson', `${'no JSON\n'.repeat(2_000)}${ndjson([order(1), order(2)])}`)
  const { firstProblems, stderr, ...answer } = await bring(file, '--dry-run')
  expect(answer).toMatchObject({ code: 1, accepted: 2, problems: 2_000, isWhole: true })
  expect([firstProblems.length, stderr.split('\n').length - 1]).toEqual([100, 100])
  expect([existsSync(`${file}.agency.import.json`), await eventsOf('u1')]).toEqual([false, {}])
})

test('a CSV file is read by its first line, or by a map, compressed too', async () => {
  const { write, bring, eventsOf } = await start()
  const rows = (count: number, userId: string) =>
    Array.from({ length: count }, (_, row) => `${userId};${daysAgo(row)};"Order; Completed";${row}\r\n`).join('')
  const plain = await write('a.csv', `user_id;timestamp;event;total\r\n${rows(3, 'u1')}u1;no date;Order;1\r\n`)
  expect(await bring(plain)).toMatchObject({ code: 1, accepted: 3, firstProblems: [{ line: 5 }] })
  expect(await eventsOf('u1')).toEqual({ 'Order; Completed': 3 })
  const map = await write(
    'map.yaml',
    'columns: { Kunde: userId, Datum: timestamp, Summe: { field: properties.total, as: number } }\nconstants: { event: Order Completed }\n',
  )
  const compressed = await write('b.csv.gz', gzipSync(`Kunde;Datum;Name;Summe\n${rows(1_000, 'u2')}`))
  expect(await bring(compressed, '--map', map)).toMatchObject({ code: 0, accepted: 1_000 })
  expect(await eventsOf('u2')).toEqual({ 'Order Completed': 1_000 })
  expect(await bring(compressed, '--map', map)).toMatchObject({ code: 0, linesBefore: 1_001, accepted: 1_000 })
})

test('a file that was changed, and a state of another import, are refused', async () => {
  const { write, bring } = await start()
  const file = await write('a.ndjson', ndjson([order(1), order(2)]))
  await bring(file)
  await write('a.ndjson', ndjson([order(1), order(12), order(2)]))
  expect((await bring(file)).error?.message).toContain('is of another file than')
  await write('a.ndjson.agency.import.json', '{"v":1}')
  expect((await bring(file)).error?.message).toContain('is no state of an import')
})

test.each([
  [['a.xml'], 'say which file'],
  [['a.ndjson', '--map', 'm.yaml'], '--map is for CSV files'],
  [['a.csv', '--map', '/nowhere.yaml'], '--map /nowhere.yaml: ENOENT'],
  [['a.ndjson', '--max-problems', 'few'], '--max-problems must be a number'],
  [['a.ndjson', '--url', 'ftp://x'], '--url must be an address'],
])('import refuses %j', async (args, message) => {
  const { code, stderr } = await runCommand(['import', '--site', 'agency', ...args], { PREPAINT_SECRET: secret })
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
})

/** Resolves once an import has noted that much. */
async function noted(stateFile: string, lines: number): Promise<void> {
  for (;;) {
    const state = existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as ImportState) : undefined
    if (state && state.place.lines >= lines) return
    await delay(1)
  }
}

test('an import that is killed at any moment goes on and counts each event once', { timeout: 60_000 }, async () => {
  const { env, args, write, bring, eventsOf } = await start()
  // One user has more events than a profile remembers messages: what is sent twice must be the last of them.
  const file = await write('a.ndjson', ndjson(Array.from({ length: 6_000 }, (_, id) => order(id))))
  const stateFile = `${file}.agency.import.json`
  for (const lines of [250, 1_500, 3_000]) {
    const child = spawn(process.execPath, ['--conditions=source', FIXTURE, ...args(file)], { env, stdio: 'ignore' })
    onTestFinished(() => void child.kill('SIGKILL'))
    await noted(stateFile, lines)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const { place } = JSON.parse(readFileSync(stateFile, 'utf8')) as ImportState
    expect(place.lines).toBeLessThan(6_000)
  }
  const { linesBefore, ...answer } = await bring(file)
  expect(linesBefore).toBeGreaterThanOrEqual(3_000)
  expect(answer).toMatchObject({ code: 0, accepted: 6_000, isWhole: true })
  expect(await eventsOf('u1')).toEqual({ 'Order Completed': 6_000 })
})

test('a batch that was taken and not noted is sent again, and counted once', async () => {
  const { write, bring, eventsOf, recordsOf } = await start()
  const rows = Array.from({ length: 1_000 }, (_, id) => ndjson([order(id)]))
  const file = await write('a.ndjson', rows.join(''))
  await bring(file)
  const stateFile = `${file}.agency.import.json`
  const state = JSON.parse(readFileSync(stateFile, 'utf8')) as ImportState
  const place = { offset: Buffer.byteLength(rows.slice(0, 750).join('')), lines: 750 }
  await writeFile(stateFile, JSON.stringify({ ...state, place, accepted: 750 }))
  expect(await bring(file)).toMatchObject({ code: 0, accepted: 1_000, linesBefore: 750 })
  expect(await eventsOf('u1')).toEqual({ 'Order Completed': 1_000 })
  expect(await recordsOf()).toHaveLength(1_250)
})

test('an import waits for a service that is restarted, and counts each event once', { timeout: 60_000 }, async () => {
  const { url, dataDirectory, write, close } = await start()
  const file = await write('a.ndjson', ndjson(Array.from({ length: 6_000 }, (_, id) => order(id))))
  const args = ['import', file, '--site', 'agency', '--url', url, '--json']
  const imported = runCommand(args, { PREPAINT_SECRET: secret })
  await noted(`${file}.agency.import.json`, 500)
  await close()
  const again = await start({ dataDirectory: join(dataDirectory, '..'), port: Number(new URL(url).port) })
  const { code, stdout, stderr } = await imported
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ accepted: 6_000, isWhole: true })])
  expect(stderr).toContain('waiting: ')
  expect(await again.eventsOf('u1')).toEqual({ 'Order Completed': 6_000 })
  expect(await again.bring(file)).toMatchObject({ code: 0, linesBefore: 6_000 })
})

test('an import that is asked to end notes where it is, and says that it is not whole', async () => {
  const { env, args, write, bring } = await start()
  const file = await write('a.ndjson', ndjson(Array.from({ length: 6_000 }, (_, id) => order(id))))
  const child = spawn(process.execPath, ['--conditions=source', FIXTURE, ...args(file)], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = text(child.stdout)
  await noted(`${file}.agency.import.json`, 500)
  child.kill('SIGTERM')
  const [[code], stdout] = await Promise.all([once(child, 'exit'), said])
  expect([code, JSON.parse(stdout)]).toEqual([1, expect.objectContaining({ isWhole: false })])
  expect(await bring(file)).toMatchObject({ code: 0, accepted: 6_000 })
})
