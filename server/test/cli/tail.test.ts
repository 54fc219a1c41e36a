import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { recordJson, recordLine } from '../../src/cli/log-line.ts'
import { userProfileId } from '../../src/identity/profile-id.ts'
import { encodeRecord, type EventRecord, type StoredRecord } from '../../src/ingest/record.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import type { LogRecord } from '../../src/streams/log.ts'
import { startWithPeople } from '../support/known-people.ts'
import { FIRST } from '../support/open-log.ts'
import { runCommand, startCommand } from '../support/run-command.ts'
import { EVENTS, temporaryDirectory } from '../support/start-service.ts'

const AT = Date.parse('2026-11-21T09:00:00Z')

/** Characters that a terminal may take as a command, but line breaks. */
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/

function tracked(number: number, fields: Partial<EventRecord> = {}, event = 'Viewed', properties = {}): EventRecord {
  const message = { type: 'track', event, messageId: `m${number}`, timestamp: '', properties } as const
  const [receivedMs, site, visitorId] = [AT + number * 1_000, 'shop', `v${number % 3}`]
  return { kind: 'event', site, visitorId, receivedMs, atMs: receivedMs, event: message, ...fields }
}

/** Writes a log into a data directory; `data` is a command's option. */
async function written(records: readonly (StoredRecord | LogRecord)[]) {
  const data = await temporaryDirectory()
  const log = await openSegments({ directory: join(data, 'log') })
  const stored = records.map((record) => ('payload' in record ? record : encodeRecord(record)))
  for (let start = 0; start < stored.length; start += 1_000) await log.append(stored.slice(start, start + 1_000))
  await log.close()
  return {
    data,
    file: join(data, 'log', FIRST),
    tail: (...args: string[]) => runCommand(['tail', '--data', data, ...args]),
  }
}

const lines = (text: string): string[] => text.split('\n').slice(0, -1)

test('tail shows the last events of a service that runs, as lines and as JSON', async () => {
  const { env, token, batch } = await startWithPeople()
  const { code, stdout, stderr } = await runCommand(['tail'], env)
  expect([code, stderr]).toEqual([0, ''])
  const texts = lines(stdout).map((line) => line.replace(/^\S+Z {2}agency {2}\S+ {2}/, ''))
  expect(texts[0]).toMatch(/^plan of catalog \w+: 0 goals and 4 experiences are in force from here on$/)
  expect(texts.filter((text) => !text.startsWith('plan'))).toEqual([
    'identify user person-1 {"plan":"pro"}',
    'Order Completed {"total":9}',
    'page Home',
    String.raw`identify user ann {"plan":"free\u001b[31m\u009b"}`,
  ])
  const json = lines((await runCommand(['tail', '--json', '--visitor', token], env)).stdout)
  expect(json.map((line) => (JSON.parse(line) as { name: string }).name)).toEqual([
    'pp:identify',
    'Order Completed',
    'pp:page',
  ])
  expect(JSON.parse(json[1] as string)).toMatchObject({
    site: 'agency',
    kind: 'event',
    visitor: token.split('.')[0],
    event: { type: 'track', properties: { total: 9 } },
  })
  await batch(token, [{ ...EVENTS.order, messageId: 'again' }])
  expect(lines((await runCommand(['tail', '--lines', '1'], env)).stdout)).toEqual([
    expect.stringContaining('Order Completed') as string,
  ])
})

test('with -f it shows events as they come, and ends in order when it is asked to', async () => {
  const { env, token, batch } = await startWithPeople()
  const { said, end } = startCommand(['tail', '-f', '--lines', '0', '--event', 'Order Completed'], env)
  // It looks at once: what comes then is new.
  await vi.waitFor(async () => {
    await batch(token, [{ ...EVENTS.order, messageId: `new-${Date.now()}` }, EVENTS.page])
    expect(said.stdout).toContain('Order Completed')
  })
  expect(said.stdout).not.toContain('Home')
  const before = lines(said.stdout).length
  await batch(token, [{ ...EVENTS.order, messageId: 'last', properties: { total: 77 } }])
  await vi.waitFor(() => expect(said.stdout).toContain('{"total":77}'))
  expect(lines(said.stdout).length).toBeGreaterThan(before)
  expect([await end(), said.stderr]).toEqual([0, ''])
})

test.each([
  [['--event', 'Left'], ['Left']],
  [['--event', 'pp:page'], ['page Home']],
  [['--event', 'erasure'], ['erasure']],
  [['--visitor', 'v1', '--site', 'shop'], ['Viewed']],
  [['--user', 'ann'], ['Bought']],
  [
    ['--site', 'other'],
    ['elsewhere', 'features: 0'],
  ],
  [
    ['--since', new Date(AT + 3_500).toISOString(), '--site', 'shop'],
    ['page Home', 'erasure', 'Bought'],
  ],
])('tail %j shows these records and no others', async (args, shown) => {
  const { tail } = await written([
    tracked(1),
    tracked(2, {}, 'Left'),
    tracked(3, { site: 'other' }, 'elsewhere'),
    tracked(4, { visitorId: 'v9', event: { type: 'page', name: 'Home', messageId: 'p', timestamp: '' } }),
    { kind: 'erasure', site: 'shop', visitorId: 'v5', receivedMs: AT + 5_000 },
    { kind: 'features', site: 'other', receivedMs: AT + 6_000, features: [] },
    tracked(7, { visitorId: userProfileId('ann') }, 'Bought'),
  ])
  const { code, stdout } = await tail(...args)
  expect([code, lines(stdout).length]).toEqual([0, shown.length])
  for (const [index, text] of shown.entries()) expect(lines(stdout)[index]).toContain(text)
})

test('records of other kinds are shown as what they are', async () => {
  const base = { site: 'shop', visitorId: 'v1', receivedMs: AT }
  const identify = { type: 'identify', userId: 'ann', messageId: 'l', timestamp: '' } as const
  const { tail } = await written([
    { kind: 'link', ...base, atMs: AT, event: identify, untilMs: AT + 1_000 },
    { kind: 'link', ...base, atMs: AT, event: identify, untilMs: AT },
    { kind: 'erasure', ...base },
    tracked(1, { imported: true, atMs: Date.parse('2020-01-02T03:04:05Z') }),
    tracked(2, { event: { type: 'group', groupId: 'g', messageId: 'g', timestamp: '' } }),
    tracked(3, { event: { type: 'alias', previousId: 'a', userId: 'b', messageId: 'a', timestamp: '' } }),
  ])
  expect(lines((await tail()).stdout).map((line) => line.split('  ').slice(3).join('  '))).toEqual([
    'link to user ann until 2026-11-21T09:00:01.000Z',
    'link to user ann has ended',
    'erasure: all that is known is forgotten',
    'Viewed {} (imported, of 2020-01-02T03:04:05.000Z)',
    'group g',
    'alias user a is now b',
  ])
})

test('whatever visitors send, a line is one line without commands to a terminal, and JSON is what was sent', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '\u001b]0;owned\u0007',
      '\u001b[2J',
      '\u009b31m',
      '\r\nfake line',
      '\u202ecod.exe',
      '\u2028',
      '\u007f',
    ),
  )
  const properties = fc.dictionary(hostile, fc.oneof(hostile, fc.double(), fc.constant(null)))
  fc.assert(
    fc.property(hostile, properties, fc.double({ noNaN: true, noDefaultInfinity: true }), (name, given, atMs) => {
      const sent = JSON.parse(JSON.stringify(given)) as object
      const record = tracked(1, { receivedMs: atMs, atMs }, name, sent)
      const [line, json] = [recordLine(record), recordJson(record, 7)]
      for (const text of [line, json]) expect([CONTROLS.test(text), text.split('\n').length]).toEqual([false, 2])
      expect((JSON.parse(json) as { event: object }).event).toEqual(JSON.parse(JSON.stringify(record.event)))
    }),
    { numRuns: 300 },
  )
})

test('a damaged record, one that is none, and those of a later version are named, and tail goes on', async () => {
  const odd = (kind: number, text: string): LogRecord => ({ kind, events: 1, keyId: 0, payload: Buffer.from(text) })
  const { tail, file } = await written([
    tracked(1, {}, 'first'),
    tracked(2, {}, 'broken'),
    odd(1, '{"site":"-"}'),
    odd(1, '\u001b[31m'),
    odd(99, 'later'),
    odd(99, 'later'),
    tracked(3, {}, 'last'),
  ])
  const bytes = await readFile(file)
  bytes[bytes.indexOf('broken')] = 0
  await writeFile(file, bytes)
  const { code, stdout, stderr } = await tail()
  expect(code).toBe(0)
  expect(lines(stdout)).toEqual([expect.stringContaining('first') as string, expect.stringContaining('last') as string])
  expect(lines(stderr)).toEqual([
    expect.stringMatching(/nothing can be read in the log from \d+ to \d+/) as string,
    expect.stringMatching(/the log entry at \d+ is no record: the record names no site/) as string,
    expect.stringMatching(/the log entry at \d+ is no record: .*JSON/) as string,
    expect.stringContaining('entries of kind 99') as string,
  ])
  expect(stderr).not.toMatch(CONTROLS)
})

test('a torn end is not shown, and the records before it are', async () => {
  const { tail, file } = await written([tracked(1, {}, 'first'), tracked(2, {}, 'second')])
  await writeFile(file, (await readFile(file)).subarray(0, -3))
  const { code, stdout, stderr } = await tail()
  expect([code, lines(stdout).length, stderr]).toEqual([0, 1, ''])
  expect(stdout).toContain('first')
})

test('of 100,000 records tail shows all since an instant, the last three, and those of one visitor before them', async () => {
  const { tail } = await written(Array.from({ length: 100_000 }, (_, index) => tracked(index)))
  const last = lines((await tail('--lines', '3')).stdout)
  expect(last.map((line) => line.slice(0, 24))).toEqual(
    [99_997, 99_998, 99_999].map((number) => new Date(AT + number * 1_000).toISOString()),
  )
  expect(lines((await tail('--since', new Date(AT).toISOString())).stdout)).toHaveLength(100_000)
  const own = lines((await tail('--visitor', 'v2', '--lines', '10000', '--json')).stdout)
  expect(own).toHaveLength(10_000)
  expect(own.every((line) => line.includes('"visitor":"v2"'))).toBe(true)
})

test.each([
  [['--since', 'yesterday'], '--since must be'],
  [['--since', '10m', '--lines', '5'], 'not both'],
  [['--lines', '-1'], '--lines must be'],
  [['--visitor', 'a', '--user', 'b'], 'not both'],
  [[], 'no log in'],
])('tail %j ends with 2 and says why', async (args, why) => {
  const { code, stdout, stderr } = await runCommand(['tail', '--data', await temporaryDirectory(), ...args])
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(why)])
})
